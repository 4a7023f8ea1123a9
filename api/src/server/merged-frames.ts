import type { Frame } from './event-stream.ts';

/**
 * The frames of several operations as one sequence, without a queue: an operation offers a frame, and goes on when it has
 * been taken. So a reader that is slow holds back the operations, and at most one frame of each waits.
 */
export class MergedFrames implements AsyncIterator<Frame, undefined> {
  private readonly offers: { frame: Frame; taken: () => void }[] = [];
  private wanted: ((result: IteratorResult<Frame, undefined>) => void) | null = null;
  private isOver = false;

  /** Resolves when the frame has been taken, or nobody takes frames any more. */
  offer(frame: Frame): Promise<void> {
    if (this.isOver) return Promise.resolve();
    return new Promise((taken) => {
      this.offers.push({ frame, taken });
      this.serve();
    });
  }

  /** Drops what waits. A reader gets these last words and then the end. */
  end(lastWords = ''): void {
    if (this.isOver) return;
    for (const { taken } of this.offers.splice(0)) taken();
    if (lastWords) this.offers.push({ frame: lastWords, taken: () => undefined });
    this.isOver = true;
    this.serve();
  }

  next(): Promise<IteratorResult<Frame, undefined>> {
    return new Promise((resolve) => {
      this.wanted = resolve;
      this.serve();
    });
  }

  return(): Promise<IteratorResult<Frame, undefined>> {
    this.end();
    return Promise.resolve({ done: true, value: undefined });
  }

  private serve(): void {
    if (!this.wanted) return;
    const offer = this.offers.shift();
    if (!offer && !this.isOver) return;
    this.wanted(offer ? { done: false, value: offer.frame } : { done: true, value: undefined });
    this.wanted = null;
    offer?.taken();
  }
}
