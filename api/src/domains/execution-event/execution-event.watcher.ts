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
  private isStarted = false;
  private wake: (() => void) | null = null;
  /** A page of the log is being read: the next one, or ahead while that one is being sent. */
  private reading: Promise<void> | null = null;
  private read: StoredEvent[] | null = null;
  /** The page that it holds has been handed on. */
  private isHandedOn = false;
  /** Which of its replays it is, one after the other. */
  private replay = 0;
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

  takePage(): readonly StoredEvent[] | null | undefined {
    if (this.hasLeft()) return this.end();
    if (!this.isStarted) return undefined;
    const kept = this.tail.eventsAfter(this.cursor);
    if (!kept) return this.takeRead();
    this.stopReplay();
    if (kept.length > 0) return this.handOn(kept);
    return this.tail.isEnded ? this.end() : undefined;
  }

  news(): Promise<void> {
    if (this.hasLeft()) return Promise.resolve();
    if (!this.isStarted)
      return this.tail.start().then(() => {
        this.isStarted = true;
      });
    // A log that has been deleted has nothing more to read.
    const isDry = this.read?.length === 0;
    if (!isDry && !this.tail.eventsAfter(this.cursor)) return (this.reading ??= this.readOn());
    return new Promise((wake) => (this.wake = wake));
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

  private end(): null {
    this.return();
    return null;
  }

  private readonly ring = (): void => {
    this.wake?.();
    this.wake = null;
  };

  private handOn(page: readonly StoredEvent[]): readonly StoredEvent[] {
    const last = page.at(-1)!;
    this.cursor = last.seq;
    if (isEnd(last)) this.return();
    return page;
  }

  /** Whoever waits for a turn gets it before a further page is taken. */
  private takeRead(): readonly StoredEvent[] | undefined {
    if (this.isHandedOn && this.watching.replays.waiting > 0) this.stopReplay();
    this.isHandedOn = false;
    const page = this.read;
    if (!page || page.length === 0) return undefined;
    this.read = null;
    this.isHandedOn = true;
    this.handOn(page);
    if (!this.isOver && this.cursor < this.tail.lastSeq && this.watching.replays.waiting === 0) {
      this.reading = this.readOn();
      // Told to whoever waits for the page; nobody may.
      this.reading.catch(() => undefined);
    }
    return page;
  }

  private async readOn(): Promise<void> {
    const { sql, executionId, signal, replays } = this.watching;
    const { cursor: after, replay } = this;
    if (!this.endTurn) {
      const endTurn = await replays.take(signal);
      if (replay !== this.replay || this.hasLeft()) return endTurn?.();
      this.endTurn = endTurn;
    }
    const page = await readLog(sql, { executionId, after, limit: this.limit, bytes: PAGE_BYTES });
    if (replay !== this.replay) return;
    this.limit = Math.min(Math.max(2 * page.length, LEAST_LIMIT), MOST_LIMIT);
    this.reading = null;
    this.read = page;
  }

  /** What is being read, or waits for its turn, is not wanted any more. */
  private stopReplay(): void {
    this.replay += 1;
    this.reading = null;
    this.read = null;
    this.endTurn?.();
    this.endTurn = null;
  }
}
