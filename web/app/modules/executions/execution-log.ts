import { isFinal } from './execution-status.ts';
import {
  EMPTY_TIMELINE,
  foldEvents,
  withoutRetracted,
  type ExecutionEvent,
  type Timeline,
} from './timeline-model.ts';

export interface LogSnapshot {
  /** Ascending by `seq`, each number once; retracted text included. */
  events: readonly ExecutionEvent[];
  timeline: Timeline;
}

export interface ExecutionLog {
  /** Takes events in any order, also such that it has. They show with the next frame. */
  push(event: ExecutionEvent): void;
  /** The number up to which nothing is missing: where to go on after a disconnect. */
  cursor(): number;
  /** The status that ends a run has arrived, and nothing before it is missing. */
  hasEnded(): boolean;
  getSnapshot(): LogSnapshot;
  subscribe(listener: () => void): () => void;
}

/** Runs the task once, soon; a burst of events must not cost a render each. */
export type Schedule = (task: () => void) => void;

const HIDDEN_TAB_MS = 250;

/** Browsers stop the frames of a hidden tab, whose queue would then grow without end. */
const nextFrame: Schedule = (task) => {
  if (document.visibilityState === 'hidden') setTimeout(task, HIDDEN_TAB_MS);
  else requestAnimationFrame(task);
};

const bySeq = (a: ExecutionEvent, b: ExecutionEvent): number => a.seq - b.seq;

/**
 * The ordered events of one run, outside of the Apollo cache: a run has tens of thousands, and normalised entries
 * would never be freed.
 */
export function createExecutionLog(
  initial: readonly ExecutionEvent[],
  schedule: Schedule = nextFrame,
): ExecutionLog {
  const known = new Set<number>();
  const listeners = new Set<() => void>();
  let queue: ExecutionEvent[] = [];
  let isScheduled = false;
  let contiguous = 0;
  let endSeq = Number.POSITIVE_INFINITY;
  let snapshot: LogSnapshot = { events: [], timeline: EMPTY_TIMELINE };

  const accept = (event: ExecutionEvent): boolean => {
    if (known.has(event.seq)) return false;
    known.add(event.seq);
    if (event.__typename === 'StatusChanged' && isFinal(event.status)) endSeq = event.seq;
    while (known.has(contiguous + 1)) contiguous += 1;
    return true;
  };

  const absorb = (batch: ExecutionEvent[]): void => {
    batch.sort(bySeq);
    const lastSeq = snapshot.events.at(-1)?.seq ?? 0;
    const isInOrder = (batch[0]?.seq ?? 0) > lastSeq;
    const isRetracting = batch.some((event) => event.__typename === 'OutputRetracted');
    const events = [...snapshot.events, ...batch];
    if (isInOrder && !isRetracting) {
      snapshot = { events, timeline: foldEvents(batch, snapshot.timeline) };
      return;
    }
    events.sort(bySeq);
    snapshot = { events, timeline: foldEvents(withoutRetracted(events)) };
  };

  const flush = (): void => {
    isScheduled = false;
    if (queue.length === 0) return;
    absorb(queue);
    queue = [];
    for (const listener of listeners) listener();
  };

  absorb(initial.filter(accept));

  return {
    push(event) {
      if (!accept(event)) return;
      queue.push(event);
      if (isScheduled) return;
      isScheduled = true;
      schedule(flush);
    },
    cursor: () => contiguous,
    hasEnded: () => contiguous >= endSeq,
    getSnapshot: () => snapshot,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
