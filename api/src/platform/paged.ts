/**
 * Items in order that come in pages: what is there at once is one page. Most of the time a page is there when it is asked for, so it
 * is taken at once: a promise for each step of each of many streams is what they would cost most.
 */
export interface PageSource<T> {
  /**
   * The next page; null when there are no more, undefined while it has to be waited for. A page is shared: the same array for all
   * who are at the same place.
   */
  takePage(): readonly T[] | null | undefined;
  /** Resolves when `takePage` may say something else than undefined. */
  news(): Promise<unknown>;
  /** Ends it: from here on `takePage` is null. */
  return(): unknown;
  /** What is thrown instead of what a page or its news failed with. */
  faultOf?(error: unknown): unknown;
  /** Set by whoever wants to know when it is over: by itself, by a fault, or because nobody wants more. Perhaps called again. */
  onOver?: (() => void) | undefined;
}

/** Who does not ask for pages gets one item at a time. */
export interface Pages<T> extends PageSource<T>, AsyncIterableIterator<T> {
  nextPage(): Promise<readonly T[] | null>;
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

  takePage(): readonly T[] | null | undefined {
    if (this.at >= this.page.length) return this.source.takePage();
    const rest = this.page.slice(this.at);
    this.at = this.page.length;
    return rest;
  }

  news(): Promise<unknown> {
    return this.source.news();
  }

  async nextPage(): Promise<readonly T[] | null> {
    try {
      for (;;) {
        const page = this.takePage();
        if (page !== undefined) return page;
        await this.source.news();
      }
    } catch (error) {
      await this.source.return();
      throw this.source.faultOf ? this.source.faultOf(error) : error;
    }
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    while (this.at >= this.page.length) {
      const page = await this.nextPage();
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
