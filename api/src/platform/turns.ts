/** So many at once; who comes later waits in line. */
export class Turns {
  private taken = 0;
  private readonly line = new Set<() => void>();

  constructor(private readonly atOnce: number) {}

  /** How many are in line. */
  get waiting(): number {
    return this.line.size;
  }

  get isFree(): boolean {
    return this.taken < this.atOnce;
  }

  /** Resolves with what ends the turn, to be called once; with null when `signal` aborts before it is one's turn. */
  async take(signal?: AbortSignal): Promise<(() => void) | null> {
    if (signal?.aborted) return null;
    if (this.isFree) {
      this.taken += 1;
      return this.end;
    }
    return new Promise((resolve) => {
      const leave = () => {
        this.line.delete(begin);
        resolve(null);
      };
      const begin = () => {
        signal?.removeEventListener('abort', leave);
        resolve(this.end);
      };
      this.line.add(begin);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }

  /** Hands the turn to the first in line, so that nobody slips in between. */
  private readonly end = (): void => {
    const [next] = this.line;
    if (!next) {
      this.taken -= 1;
      return;
    }
    this.line.delete(next);
    next();
  };
}
