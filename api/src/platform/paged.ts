/** Items in order that come in pages: what is there at once is one page. */
export interface PageSource<T> {
  /** Null when there are no more. A page is shared: the same array for all who are at the same place. */
  nextPage(): Promise<readonly T[] | null>;
  /** Ends it: a page that is being waited for is null. */
  return(): unknown;
  /** Set by whoever wants to know when it is over: by itself, by a fault, or because nobody wants more. Perhaps called again. */
  onOver?: (() => void) | undefined;
}

/** Who does not ask for pages gets one item at a time. */
export interface Pages<T> extends PageSource<T>, AsyncIterableIterator<T> {
  return(): Promise<IteratorResult<T, undefined>>;
}

export const isPaged = <T>(items: AsyncIterable<T>): items is Paged<T> => items instanceof Paged;

const NOTHING: readonly never[] = [];

export class Paged<T> implements Pages<T> {
  private page: readonly T[] = NOTHING;
  private at = 0;

  constructor(private readonly source: PageSource<T>) {}

  whenOver(listener: () => void): void {
    this.source.onOver = listener;
  }

  nextPage(): Promise<readonly T[] | null> {
    if (this.at >= this.page.length) return this.source.nextPage();
    const rest = this.page.slice(this.at);
    this.at = this.page.length;
    return Promise.resolve(rest);
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    while (this.at >= this.page.length) {
      const page = await this.source.nextPage();
      if (!page) return { done: true, value: undefined };
      this.page = page;
      this.at = 0;
    }
    this.at += 1;
    return { done: false, value: this.page[this.at - 1]! };
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    await this.source.return();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
