import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionEventType } from '../generated/prisma/enums.ts';
import type { LogHead } from '../domains/execution-event/execution-event.log.ts';
import type { EventPayloads, NewEvent } from '../domains/run-events.ts';
import { isDatabaseUnavailable } from '../platform/database.ts';
import type { Redactor } from '../platform/redaction.ts';
import { ReplyText, type ShownPiece } from './reply-text.ts';

/** The worker has been replaced or the run was cancelled: nothing more may be written or called. */
export class FencedError extends Error {
  override readonly name = 'FencedError';
}

/** Pieces that follow each other are joined for so long: one statement per event would cost more than the model does. */
const COALESCE_MS = 20;
const COALESCE_BYTES = 8_192;
/** The model waits from here on: memory stays bounded while PostgreSQL is slow. */
const MOST_PENDING_BYTES = 65_536;
/** A database that has gone away is asked again this often, until it answers or the run is in other hands. */
const RETRY_MS = 250;

/** The two texts of a reply. */
type TextType = 'OUTPUT_APPENDED' | 'THOUGHT_APPENDED';

export interface EventSink {
  /** Appends; the new last number, or null when fenced. */
  append(events: readonly NewEvent[]): Promise<Head | null>;
  /** Where the log stands, or null when fenced. */
  head(): Promise<number | null>;
  /** Tells the watchers that the log has grown, and by what. */
  ring(head: Head): void;
}

/** A write that carries the pending events with it, in one transaction; null when fenced. */
type Write = (events: readonly NewEvent[]) => Promise<Head | null>;

type Head = Pick<LogHead, 'lastSeq'> & Partial<Pick<LogHead, 'rung'>>;

/**
 * The only pen of a run. Writes go out one after the other, so numbers follow the order of events; a write whose answer
 * was lost is looked up before it is repeated, so nothing is told twice.
 *
 * Nothing is pending but what may be shown. Output and thoughts are two texts: the end of a piece that may become a secret
 * is held back until more of the same text comes, or the reply ends. So the order within a text is exact, and between the
 * two a character that was held back stands where it was decided.
 */
export class EventWriter {
  private pending: NewEvent[] = [];
  private pendingBytes = 0;
  /** The texts of the reply that is being given; they end with it. */
  private readonly texts = new Map<TextType, ReplyText>();
  private timer: NodeJS.Timeout | null = null;
  private chain: Promise<void> = Promise.resolve();
  private failure: Error | null = null;
  private isQueued = false;
  /** Before that the next piece waits for others. After a silence it leaves at once: somebody waits for the first word. */
  private quietUntil = 0;

  constructor(
    private readonly sink: EventSink,
    private lastSeq: number,
    private readonly options: {
      redactor: Redactor;
      now: () => Date;
      signal: AbortSignal;
      onFailure: (error: Error) => void;
    },
  ) {}

  /** Takes an event. Wait for the promise before you take more from the model. */
  async push<T extends Exclude<ExecutionEventType, TextType>>(
    type: T,
    payload: EventPayloads[T],
  ): Promise<void> {
    this.throwIfFailed();
    const shown = this.redact(payload);
    this.add({ type, payload: shown, occurredAt: this.options.now() } as NewEvent);
    this.pendingBytes += JSON.stringify(shown).length;
    await this.writeSoon();
  }

  /** Takes a piece of the reply. Wait for the promise before you take more from the model. */
  async pushText(type: TextType, piece: string): Promise<void> {
    this.throwIfFailed();
    let text = this.texts.get(type);
    if (!text) this.texts.set(type, (text = new ReplyText(this.options.redactor.openStream())));
    this.addText(type, text.take(piece));
    await this.writeSoon();
  }

  /** The reply has come to its end: what was held back is pending now. Returns what the model said, as far as it is kept. */
  endReply(): string {
    const said = this.texts.get('OUTPUT_APPENDED')?.said ?? '';
    for (const [type, text] of this.texts) this.addText(type, { text: text.end() });
    this.texts.clear();
    return said;
  }

  /** Writes what is pending together with `write`'s own changes; an unfinished reply ends. Where the log stands then. Throws FencedError. */
  async commit(write: Write): Promise<number> {
    this.endReply();
    await this.run(write, true);
    return this.lastSeq;
  }

  /** A copy without the secrets of the run, for what is stored beside the events. */
  redact<T>(value: T): T {
    return this.options.redactor.redact(value);
  }

  /** What may be kept of a text that was cut: a secret that is cut in two would not be known any more. */
  withoutBegunSecret(text: string): string {
    const stream = this.options.redactor.openStream();
    stream.push(text);
    return text.slice(0, text.length - stream.undecidedLength);
  }

  private throwIfFailed(): void {
    if (this.failure) throw this.failure;
  }

  private add(event: NewEvent): void {
    this.pending.push(event);
  }

  private addText(type: TextType, piece: ShownPiece): void {
    if (piece.text === '' && piece.truncatedAt === undefined) return;
    this.pendingBytes += piece.text.length;
    const last = this.pending.at(-1);
    if (last?.type === type) last.payload = { ...piece, text: last.payload.text + piece.text };
    else this.add({ type, payload: piece, occurredAt: this.options.now() });
  }

  private async writeSoon(): Promise<void> {
    if (this.pending.length === 0) return;
    if (this.pendingBytes >= MOST_PENDING_BYTES) await this.append();
    else if (this.pendingBytes >= COALESCE_BYTES) this.appendLater(0);
    else this.appendLater(Math.max(0, this.quietUntil - performance.now()));
  }

  private appendLater(ms: number): void {
    if (this.isQueued || (this.timer && ms > 0)) return;
    if (ms > 0) {
      this.timer = setTimeout(() => this.appendLater(0), ms);
      return;
    }
    this.isQueued = true;
    // A failure is kept and thrown at the next push or commit.
    void this.append().catch(() => undefined);
  }

  private append(): Promise<void> {
    return this.run((events) => this.sink.append(events), false);
  }

  private run(write: Write, hasChanges: boolean): Promise<void> {
    const turn = this.chain.then(async () => {
      this.isQueued = false;
      this.throwIfFailed();
      const events = this.take();
      if (events.length === 0 && !hasChanges) return;
      this.quietUntil = performance.now() + COALESCE_MS;
      await this.writeSurely(events, write);
    });
    this.chain = turn.catch((error: Error) => {
      if (this.failure) return;
      this.failure = error;
      this.options.onFailure(error);
    });
    return turn;
  }

  private take(): NewEvent[] {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const events = this.pending;
    this.pending = [];
    this.pendingBytes = 0;
    return events;
  }

  private async writeSurely(events: readonly NewEvent[], write: Write): Promise<void> {
    for (;;) {
      try {
        const head = await write(events);
        if (!head) throw new FencedError('The run is in other hands.');
        this.lastSeq = head.lastSeq;
        this.sink.ring(head);
        return;
      } catch (error) {
        if (!isDatabaseUnavailable(error)) throw error;
        await delay(RETRY_MS, undefined, { signal: this.options.signal });
        if (await this.hasArrived()) return this.sink.ring({ lastSeq: this.lastSeq });
      }
    }
  }

  /** Whether the write whose answer was lost took effect: only this worker writes under its fence. */
  private async hasArrived(): Promise<boolean> {
    try {
      const seq = await this.sink.head();
      if (seq === null) throw new FencedError('The run is in other hands.');
      if (seq === this.lastSeq) return false;
      this.lastSeq = seq;
      return true;
    } catch (error) {
      if (isDatabaseUnavailable(error)) return false;
      throw error;
    }
  }
}
