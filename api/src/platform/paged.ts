/** Items in order that come in pages: what is there at once is one page. Who does not ask for pages gets one item at a time. */
export interface Pages<T> extends AsyncIterableIterator<T> {
  /** Null when there are no more. A page is shared: the same array for all who are at the same place. */
  nextPage(): Promise<readonly T[] | null>;
  return(): Promise<IteratorResult<T, undefined>>;
}

export const isPaged = <T>(items: AsyncIterable<T>): items is Pages<T> => 'nextPage' in items;

export class Paged<T> implements Pages<T> {
  private page: readonly T[] = [];
  private at = 0;

  constructor(private readonly pages: AsyncGenerator<readonly T[], void, void>) {}

  async nextPage(): Promise<readonly T[] | null> {
    if (this.at < this.page.length) {
      const rest = this.page.slice(this.at);
      this.at = this.page.length;
      return rest;
    }
    const { done, value } = await this.pages.next();
    return done ? null : value;
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    while (this.at >= this.page.length) {
      const { done, value } = await this.pages.next();
      if (done) return { done: true, value: undefined };
      this.page = value;
      this.at = 0;
    }
    this.at += 1;
    return { done: false, value: this.page[this.at - 1]! };
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    await this.pages.return();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
