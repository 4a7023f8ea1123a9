import type { Sql } from '../../platform/database.ts';
import type { PageSource } from '../../platform/paged.ts';
import type { Turns } from '../../platform/turns.ts';
import type { StoredEvent } from '../run-events.ts';
import { isTerminal } from '../run-status.ts';
import { readLog } from './execution-event.read.ts';

/**
 * One who watches a log. Level with its tail, a watcher takes what the tail keeps; behind it, it pages from PostgreSQL at its own
 * pace until it meets the tail, so that nobody waits for it and nothing grows with it.
 */

/** What a watcher holds of the log, and once more of what it reads ahead; an event may have 64 KiB. */
export const PAGE_BYTES = 131_072;
/** How far the first read looks. From then on as far as a page of so many bytes is likely to reach. */
const FIRST_LIMIT = 100;
const LEAST_LIMIT = 4;
const MOST_LIMIT = 1_000;

/** What all watchers of a log in this process share. */
export interface Followed {
  readonly lastSeq: number;
  /** The terminal event has been read. */
  readonly isEnded: boolean;
  start(): Promise<void>;
  /** From memory; null when the cursor is behind what is kept. */
  eventsAfter(cursor: number): readonly StoredEvent[] | null;
  /** Calls `bell` when there may be news, and when nobody is to wait any longer. */
  follow(bell: () => void): void;
  leave(bell: () => void): void;
}

export const isEnd = (event: StoredEvent): boolean =>
  event.type === 'STATUS_CHANGED' && isTerminal((event as StoredEvent<'STATUS_CHANGED'>).payload.status);

interface Watching {
  sql: Sql;
  executionId: string;
  after: number;
  signal: AbortSignal;
  replays: Turns;
}

export class Watcher implements PageSource<StoredEvent> {
  private cursor: number;
  private limit = FIRST_LIMIT;
  private isOver = false;
  private wake: (() => void) | null = null;
  /** The page after the one that is being sent. */
  private ahead: Promise<StoredEvent[]> | null = null;
  /** While it holds a page of the log. */
  private endTurn: (() => void) | null = null;

  constructor(
    private readonly tail: Followed,
    private readonly watching: Watching,
    private readonly onEnd: () => void,
  ) {
    this.cursor = watching.after;
    tail.follow(this.ring);
    if (watching.signal.aborted) this.return();
    else watching.signal.addEventListener('abort', this.ring, { once: true });
  }

  async nextPage(): Promise<readonly StoredEvent[] | null> {
    try {
      await this.tail.start();
      while (!this.hasLeft()) {
        const page = this.kept() ?? (await this.replayed());
        if (this.hasLeft() || !page) break;
        const last = page.at(-1);
        if (last) {
          this.cursor = last.seq;
          if (isEnd(last)) this.return();
          return page;
        }
        if (this.tail.isEnded) break;
        await new Promise<void>((wake) => (this.wake = wake));
      }
    } catch (error) {
      this.return();
      throw error;
    }
    this.return();
    return null;
  }

  return(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.stopReplay();
    this.watching.signal.removeEventListener('abort', this.ring);
    this.tail.leave(this.ring);
    this.onEnd();
    this.ring();
  }

  private hasLeft(): boolean {
    return this.isOver || this.watching.signal.aborted;
  }

  private readonly ring = (): void => {
    this.wake?.();
    this.wake = null;
  };

  private kept(): readonly StoredEvent[] | null {
    const page = this.tail.eventsAfter(this.cursor);
    if (page) this.stopReplay();
    return page;
  }

  /** The next page of the log; null when its turn never came. Whoever waits for a turn gets it before a further page is read. */
  private async replayed(): Promise<StoredEvent[] | null> {
    const { signal, replays } = this.watching;
    if (replays.waiting > 0) this.stopReplay();
    this.endTurn ??= await replays.take(signal);
    if (!this.endTurn) return null;
    if (this.isOver) {
      this.stopReplay();
      return null;
    }
    const page = await (this.ahead ?? this.read(this.cursor));
    this.ahead = null;
    const last = page.at(-1);
    if (last && last.seq < this.tail.lastSeq && !this.hasLeft()) {
      this.ahead = this.read(last.seq);
      // Told to whoever asks for the page; nobody may.
      this.ahead.catch(() => undefined);
    }
    return page;
  }

  private async read(after: number): Promise<StoredEvent[]> {
    const { sql, executionId } = this.watching;
    const page = await readLog(sql, { executionId, after, limit: this.limit, bytes: PAGE_BYTES });
    this.limit = Math.min(Math.max(2 * page.length, LEAST_LIMIT), MOST_LIMIT);
    return page;
  }

  private stopReplay(): void {
    this.ahead = null;
    this.endTurn?.();
    this.endTurn = null;
  }
}
