import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionEventType } from '../generated/prisma/enums.ts';
import type { EventPayloads, NewEvent } from '../domains/execution-event/execution-event.payloads.ts';
import { isDatabaseUnavailable } from '../platform/database.ts';
import type { Redactor } from './redaction.ts';

/** The worker has been replaced or the run was cancelled: nothing more may be written or called. */
export class FencedError extends Error {
  override readonly name = 'FencedError';
}

/** Pieces of text are joined for so long: one statement per event would cost more than the model does. */
const COALESCE_MS = 20;
const COALESCE_BYTES = 8_192;
/** The model waits from here on: memory stays bounded while PostgreSQL is slow. */
const MOST_PENDING_BYTES = 65_536;
/** A database that has gone away is asked again this often, until it answers or the run is in other hands. */
const RETRY_MS = 250;

export interface EventSink {
  /** Appends; the new last number, or null when fenced. */
  append(events: readonly NewEvent[]): Promise<{ lastSeq: number } | null>;
  /** Where the log stands, or null when fenced. */
  head(): Promise<number | null>;
  /** Tells the watchers that the log has grown. */
  ring(lastSeq: number): void;
}

/** A write that carries the pending events with it, in one transaction; null when fenced. */
type Write = (events: readonly NewEvent[]) => Promise<{ lastSeq: number } | null>;

/**
 * The only pen of a run. Writes go out one after the other, so numbers follow the order of events; a write whose answer
 * was lost is looked up before it is repeated, so nothing is told twice.
 */
export class EventWriter {
  private pending: NewEvent[] = [];
  private pendingBytes = 0;
  private timer: NodeJS.Timeout | null = null;
  private chain: Promise<void> = Promise.resolve();
  private failure: Error | null = null;
  private isQueued = false;

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
  async push<T extends ExecutionEventType>(type: T, payload: EventPayloads[T]): Promise<void> {
    if (this.failure) throw this.failure;
    const last = this.pending.at(-1);
    if (last && isText(last) && last.type === type) {
      last.payload.text += (payload as { text: string }).text;
      this.pendingBytes += (payload as { text: string }).text.length;
    } else {
      this.pending.push({ type, payload, occurredAt: this.options.now() } as NewEvent);
      this.pendingBytes += JSON.stringify(payload).length;
    }
    if (this.pendingBytes >= MOST_PENDING_BYTES) await this.flush();
    else if (this.pendingBytes >= COALESCE_BYTES) this.flushLater(0);
    else this.flushLater(COALESCE_MS);
  }

  private flushLater(ms: number): void {
    if (this.isQueued || (this.timer && ms > 0)) return;
    if (this.timer) clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = null;
      this.isQueued = true;
      // A failure is kept and thrown at the next push or commit.
      void this.run((events) => this.sink.append(events), true).catch(() => undefined);
    }, ms);
  }

  /** Everything that was pushed is in the log when it resolves. */
  flush(): Promise<void> {
    return this.run((events) => this.sink.append(events), false);
  }

  /** Writes what is pending together with `write`'s own changes. Throws FencedError. */
  commit(write: Write): Promise<void> {
    return this.run(write, false, true);
  }

  /** A copy without the secrets of the run, for what is stored beside the events. */
  redact<T>(value: T): T {
    return this.options.redactor.redact(value);
  }

  private run(write: Write, mayHoldBack: boolean, evenIfEmpty = false): Promise<void> {
    const turn = this.chain.then(async () => {
      this.isQueued = false;
      if (this.failure) throw this.failure;
      const events = this.take(mayHoldBack);
      if (events.length === 0 && !evenIfEmpty) return;
      await this.writeSurely(events, write);
    });
    this.chain = turn.catch((error: Error) => {
      if (this.failure) return;
      this.failure = error;
      this.options.onFailure(error);
    });
    return turn;
  }

  /** The pending events, with secrets blotted out. A text that may go on into a secret stays until more has come. */
  private take(mayHoldBack: boolean): NewEvent[] {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    const events = this.pending;
    this.pending = [];
    this.pendingBytes = 0;
    const last = events.at(-1);
    if (mayHoldBack && last && isText(last)) {
      const held = this.options.redactor.unfinishedSecret(last.payload.text);
      if (held > 0) {
        const { text } = last.payload;
        this.pending = [{ ...last, payload: { text: text.slice(text.length - held) } }];
        this.pendingBytes = held;
        last.payload = { text: text.slice(0, text.length - held) };
        if (last.payload.text === '') events.pop();
      }
    }
    return events.map(
      (event) => ({ ...event, payload: this.options.redactor.redact(event.payload) }) as NewEvent,
    );
  }

  private async writeSurely(events: readonly NewEvent[], write: Write): Promise<void> {
    for (;;) {
      try {
        const head = await write(events);
        if (!head) throw new FencedError('The run is in other hands.');
        this.lastSeq = head.lastSeq;
        this.sink.ring(head.lastSeq);
        return;
      } catch (error) {
        if (!isDatabaseUnavailable(error)) throw error;
        await delay(RETRY_MS, undefined, { signal: this.options.signal });
        if (await this.hasArrived()) return;
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

type TextEvent = Extract<NewEvent, { type: 'OUTPUT_APPENDED' | 'THOUGHT_APPENDED' }>;

const isText = (event: NewEvent): event is TextEvent =>
  event.type === 'OUTPUT_APPENDED' || event.type === 'THOUGHT_APPENDED';
