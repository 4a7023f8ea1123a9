import type { Pages } from '../platform/paged.ts';
import type { Turns } from '../platform/turns.ts';
import type { StoredEvent } from './run-events.ts';

/** The logs that are being watched in this process; see execution-event.tail.ts. */
export interface Tails {
  /**
   * The events after `after`, in order, each once; ends after the terminal StatusChanged, or when `signal` aborts.
   * Throws CURSOR_INVALID for a cursor that no event can have.
   */
  watch(args: {
    executionId: string;
    after: number;
    signal: AbortSignal;
    /** Whoever is behind holds a page of the log while it is being sent, and the next one: those who share a connection take turns. */
    replays: Turns;
  }): Pages<StoredEvent>;
  /** How many executions are being watched by this process. */
  readonly size: number;
  /** How much the events that are kept for their watchers amount to. */
  readonly bufferedBytes: number;
}
