import type { Machine } from '../context.ts';
import { ConflictError } from '../../platform/errors.ts';
import type { Channels } from '../channels.ts';
import type { StoredEvent } from '../run-events.ts';
import { readLog } from './execution-event.read.ts';
import { joiningEvents } from './execution-event.rung.ts';
import { type Followed, isEnd, PAGE_BYTES, Watcher } from './execution-event.watcher.ts';
import { Paged } from '../../platform/paged.ts';
import { isTerminal } from '../run-status.ts';
import type { Tails } from '../tails.ts';

/**
 * Watching a log: one tail per execution and process. A doorbell brings the new events where it joins on to what is known;
 * one that does not, a slow poll or the return of Redis makes the tail read the new rows once. Every local watcher takes them from its buffer. A watcher that is behind the buffer pages from
 * PostgreSQL at its own pace until it meets the tail, so nobody waits for it and nothing grows with it.
 */

/** A lost doorbell costs at most this much latency. */
const POLL_MS = 2_000;
/** An event may have 64 KiB, and each connection may hold some pages while it reads slowly. */
const PAGE_SIZE = 100;
/** While events come faster than this, they leave together: a write for each watcher is most of what they cost. */
const JOIN_MS = 15;
/** Events kept for watchers that are level with the tail; a run writes at most 50 batches a second. */
const BUFFER_EVENTS = 1_000;
/** Some seconds of a fast model. An event may have 64 KiB, so their number alone would bound nothing. */
const BUFFER_BYTES = 1_048_576;

type TailMachine = Omit<Machine, 'tails'>;

export function createTails(machine: TailMachine): Tails {
  const tails = new Map<string, Tail>();

  function acquire(executionId: string): Tail {
    let tail = tails.get(executionId);
    if (!tail) {
      tail = new Tail(machine, executionId);
      tails.set(executionId, tail);
    }
    tail.watchers += 1;
    return tail;
  }

  function release(tail: Tail): void {
    tail.watchers -= 1;
    if (tail.watchers > 0) return;
    tail.stop();
    tails.delete(tail.executionId);
  }

  function watcherOf(args: Parameters<Tails['watch']>[0]): Watcher {
    if (!Number.isInteger(args.after) || args.after < 0) {
      throw new ConflictError(
        'The cursor is not a number of an event. Use 0, or the seq of the last event you have seen.',
        {
          code: 'CURSOR_INVALID',
          path: ['after'],
        },
      );
    }
    const tail = acquire(args.executionId);
    return new Watcher(tail, { ...args, sql: machine.sql }, () => release(tail));
  }

  return {
    watch: (args) => new Paged(watcherOf(args)),
    get size() {
      return tails.size;
    },
    get bufferedBytes() {
      return [...tails.values()].reduce((bytes, tail) => bytes + tail.bufferedBytes, 0);
    },
  };
}

class Tail implements Followed {
  watchers = 0;
  /** The terminal event has been read. */
  isEnded = false;
  private started: Promise<void> | null = null;
  /** Rows `(bufferedFrom, lastSeq]`. */
  private buffer: StoredEvent[] = [];
  /** What each event of the buffer takes. */
  private sizes: number[] = [];
  bufferedBytes = 0;
  private bufferedFrom = 0;
  lastSeq = 0;
  private reading: Promise<void> | null = null;
  private isOpen = false;
  /** What was asked for while a read was under way. */
  private wantedSeq = 0;
  private readonly bells = new Set<() => void>();
  private readonly pages = new Map<number, readonly StoredEvent[]>();
  private announcedAt = -Infinity;
  private joining: NodeJS.Timeout | undefined;
  private readonly cleanups: (() => void)[] = [];

  constructor(
    private readonly machine: TailMachine,
    readonly executionId: string,
  ) {}

  /** Listens first and looks then: what is appended in between rings. */
  start(): Promise<void> {
    this.started ??= this.open();
    return this.started;
  }

  private async open(): Promise<void> {
    const subscription = await this.machine.pubsub.listen('execution', this.executionId, (bell) =>
      this.hear(bell),
    );
    const timer = setInterval(() => this.read(), POLL_MS);
    timer.unref();
    this.cleanups.push(
      () => subscription.stop(),
      this.machine.pubsub.onReconnect(() => this.read()),
      () => clearInterval(timer),
    );
    const row = await this.machine.db.taskExecution.findUnique({
      where: { id: this.executionId },
      select: { lastSeq: true, status: true },
    });
    this.lastSeq = this.bufferedFrom = row?.lastSeq ?? 0;
    this.isEnded = !row || isTerminal(row.status);
    this.isOpen = true;
    if (this.watchers === 0) this.stop();
  }

  stop(): void {
    for (const cleanup of this.cleanups.splice(0)) cleanup();
    this.ringBells();
  }

  /** From memory; null when the cursor is behind the buffer. The same page for all who are at the same place. */
  eventsAfter(cursor: number): readonly StoredEvent[] | null {
    if (cursor < this.bufferedFrom) return null;
    let page = this.pages.get(cursor);
    if (!page) this.pages.set(cursor, (page = this.pageFrom(cursor - this.bufferedFrom)));
    return page;
  }

  private pageFrom(from: number): readonly StoredEvent[] {
    let bytes = 0;
    let to = from;
    while (to < this.buffer.length && (to === from || bytes + this.sizes[to]! <= PAGE_BYTES)) {
      bytes += this.sizes[to]!;
      to += 1;
    }
    return this.buffer.slice(from, to);
  }

  follow(bell: () => void): void {
    this.bells.add(bell);
  }

  leave(bell: () => void): void {
    this.bells.delete(bell);
  }

  /** At once after a silence; what follows within a short time is told together. */
  private announce(): void {
    if (this.joining) return;
    const quietMs = performance.now() - this.announcedAt;
    if (quietMs >= JOIN_MS) return this.ringBells();
    this.joining = setTimeout(() => this.ringBells(), JOIN_MS - quietMs).unref();
  }

  private ringBells(): void {
    clearTimeout(this.joining);
    this.joining = undefined;
    this.announcedAt = performance.now();
    for (const bell of this.bells) bell();
  }

  private hear(bell: Channels['execution']): void {
    const events = this.isOpen ? joiningEvents(bell, this.lastSeq) : null;
    if (events) this.take(events);
    else if (!this.isOpen || bell.lastSeq > this.lastSeq) this.read(bell.lastSeq);
  }

  /** One reader at a time; what is asked for during a read, and not brought by it, is read afterwards. */
  private read(upTo = Infinity): void {
    this.wantedSeq = Math.max(this.wantedSeq, upTo);
    if (this.reading) return;
    this.reading = this.readOn()
      .catch((error: unknown) => {
        this.machine.log.warn(
          { err: error, executionId: this.executionId },
          'The log could not be read; the next poll tries again',
        );
      })
      .finally(() => {
        this.reading = null;
        if (this.wantedSeq > this.lastSeq) this.read(this.wantedSeq);
      });
  }

  private async readOn(): Promise<void> {
    const wanted = this.wantedSeq;
    this.wantedSeq = 0;
    await this.started;
    if (wanted <= this.lastSeq) return;
    for (;;) {
      const events = await readLog(this.machine.sql, {
        executionId: this.executionId,
        after: this.lastSeq,
        limit: PAGE_SIZE,
      });
      // A bell may have told of some of them meanwhile.
      this.take(events.filter(({ seq }) => seq > this.lastSeq));
      if (events.length < PAGE_SIZE) return;
    }
  }

  private take(events: readonly StoredEvent[]): void {
    const last = events.at(-1);
    if (!last) return;
    this.keep(events);
    this.lastSeq = last.seq;
    this.isEnded ||= events.some(isEnd);
    this.announce();
  }

  /** Makes room at the beginning of the buffer: whoever needs what was there reads it from the log. */
  private keep(events: readonly StoredEvent[]): void {
    this.pages.clear();
    const sizes = events.map(({ payload }) => Buffer.byteLength(JSON.stringify(payload)));
    this.buffer.push(...events);
    this.sizes.push(...sizes);
    this.bufferedBytes += sizes.reduce((sum, size) => sum + size, 0);
    let surplus = 0;
    while (this.buffer.length - surplus > BUFFER_EVENTS || this.bufferedBytes > BUFFER_BYTES) {
      this.bufferedBytes -= this.sizes[surplus]!;
      surplus += 1;
    }
    this.buffer.splice(0, surplus);
    this.sizes.splice(0, surplus);
    this.bufferedFrom += surplus;
  }
}
