import { useEffect, useState, useSyncExternalStore } from 'react';
import { useExecutionTimelineEventsSubscription } from '#app/gql/executions.ts';
import type { ResumableContext } from '#app/lib/api/resume-link.client.ts';
import { useConnectionState, type ConnectionState } from '#app/lib/api/connection-state.ts';
import { createExecutionLog, type LogSnapshot } from './execution-log.ts';
import type { ExecutionEvent } from './timeline-model.ts';

/** Time for the API to recover from what ended the stream, before it is opened again. */
const REOPEN_AFTER_MS = 2_000;

export type StreamState = 'connecting' | 'live' | 'reconnecting' | 'complete';

export interface ExecutionEvents extends LogSnapshot {
  state: StreamState;
}

export interface UseExecutionEventsOptions {
  executionId: string;
  /** What the server rendered: the beginning of the log. */
  initial: readonly ExecutionEvent[];
  /** As the server knew it: the end of a stream is then the end of the log, whatever the log holds. */
  isFinished: boolean;
}

function streamState(connection: ConnectionState, isComplete: boolean): StreamState {
  if (isComplete) return 'complete';
  if (connection === 'open') return 'live';
  return connection === 'reconnecting' ? 'reconnecting' : 'connecting';
}

/** The log of one run, live. Use it under a `key` of the execution: the log starts once. */
export function useExecutionEvents({
  executionId,
  initial,
  isFinished,
}: UseExecutionEventsOptions): ExecutionEvents {
  const [log] = useState(() => createExecutionLog(initial));
  const [start] = useState(() => log.cursor());
  const [isEnded, setIsEnded] = useState(log.hasEnded);
  const [brokenCount, setBrokenCount] = useState(0);
  const connection = useConnectionState();
  const snapshot = useSyncExternalStore(log.subscribe, log.getSnapshot, log.getSnapshot);

  const context: ResumableContext = { resumeAfter: log.cursor };
  const { restart } = useExecutionTimelineEventsSubscription({
    variables: { executionId, after: start },
    context,
    fetchPolicy: 'no-cache',
    ignoreResults: true,
    skip: isEnded,
    onData: ({ data }) => {
      if (data.data?.executionEvents) log.push(data.data.executionEvents);
    },
    // A stream also completes after an error, and when the API stops: only the last event says that the run is over.
    onComplete: () => {
      if (isFinished || log.hasEnded()) setIsEnded(true);
      else setBrokenCount((count) => count + 1);
    },
  });

  // The log goes on where it was, from the cursor.
  useEffect(() => {
    if (brokenCount === 0 || isEnded) return;
    const timer = setTimeout(restart, REOPEN_AFTER_MS);
    return () => clearTimeout(timer);
  }, [brokenCount, isEnded, restart]);

  return { ...snapshot, state: streamState(connection, isEnded || log.hasEnded()) };
}
