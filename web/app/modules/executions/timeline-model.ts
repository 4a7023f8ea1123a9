import type { ExecutionStatus, ExecutionTimelineEventFragment, FailureReason } from '#app/gql/executions.ts';
import { isFinal } from './execution-status.ts';

export type ExecutionEvent = ExecutionTimelineEventFragment;
type EventOf<T extends ExecutionEvent['__typename']> = Extract<ExecutionEvent, { __typename: T }>;
type ToolCallEvent = EventOf<'ToolCallUpdated'>;
type TodosEvent = EventOf<'TodosUpdated'>;
export type Todo = NonNullable<TodosEvent['todos']>[number];

interface ItemBase {
  key: string;
  /** Of the event that opened the item. */
  seq: number;
  at: string;
}

export type TimelineItem = ItemBase &
  (
    | { kind: 'output' | 'thought'; text: string; keptLength: number | null }
    | { kind: 'tool'; call: ToolCallEvent }
    | { kind: 'file'; change: EventOf<'FileChanged'> }
    | { kind: 'status'; change: EventOf<'StatusChanged'>; deniedCallCount: number }
    | {
        kind: 'approval';
        request: EventOf<'ApprovalRequested'>;
        resolution: EventOf<'ApprovalResolved'> | null;
      }
    | {
        kind: 'question';
        request: EventOf<'InputRequested'>;
        resolution: EventOf<'InputResolved'> | null;
      }
    | { kind: 'message'; message: EventOf<'UserMessageAppended'> }
    | { kind: 'event'; event: PlainEvent }
  );

/** What stands in the timeline as it came: every type that is not folded into something else. */
export type PlainEvent = Exclude<ExecutionEvent, { __typename: FoldedType }>;
type FoldedType =
  | 'OutputAppended'
  | 'ThoughtAppended'
  | 'ToolCallUpdated'
  | 'FileChanged'
  | 'StatusChanged'
  | 'TodosUpdated'
  | 'UsageUpdated'
  | 'ApprovalRequested'
  | 'ApprovalResolved'
  | 'InputRequested'
  | 'InputResolved'
  | 'UserMessageAppended';

export interface Usage {
  inputTokens: number | null;
  outputTokens: number | null;
  cacheReadTokens: number | null;
  cacheWriteTokens: number | null;
  reasoningTokens: number | null;
  stepCount: number | null;
  cost: { amount: string; currency: string } | null;
}

export interface Timeline {
  items: readonly TimelineItem[];
  todos: readonly Todo[];
  /** The latest change of each path, in the order of first touch. */
  files: readonly EventOf<'FileChanged'>[];
  usage: Usage | null;
  /** Calls that the permission gate refused. */
  deniedCallCount: number;
  status: ExecutionStatus | null;
  failureReason: FailureReason | null;
  failureMessage: string | null;
  /** Instant of the event that ended the run. */
  endedAt: string | null;
  startedAt: string | null;
}

export const EMPTY_TIMELINE: Timeline = {
  items: [],
  todos: [],
  files: [],
  usage: null,
  deniedCallCount: 0,
  status: null,
  failureReason: null,
  failureMessage: null,
  endedAt: null,
  startedAt: null,
};

const isText = (event: ExecutionEvent): event is EventOf<'OutputAppended'> | EventOf<'ThoughtAppended'> =>
  event.__typename === 'OutputAppended' || event.__typename === 'ThoughtAppended';

/**
 * What a worker wrote of a model reply it could not finish is withdrawn by the one that took over: text with
 * `fromSeq <= seq < seq of the retraction` is not part of the run any more, though it stays in the log.
 */
export function withoutRetracted(events: readonly ExecutionEvent[]): ExecutionEvent[] {
  const retractions = events.filter(
    (event): event is EventOf<'OutputRetracted'> => event.__typename === 'OutputRetracted',
  );
  if (retractions.length === 0) return [...events];
  return events.filter(
    (event) =>
      !isText(event) ||
      !retractions.some(({ fromSeq, seq }) => fromSeq !== null && event.seq >= fromSeq && event.seq < seq),
  );
}

/** A draft that may be changed in place until it is handed out; handed-out items are never changed. */
interface Draft extends Omit<Timeline, 'items' | 'files'> {
  items: TimelineItem[];
  files: EventOf<'FileChanged'>[];
}

function appendText(
  draft: Draft,
  kind: 'output' | 'thought',
  event: EventOf<'OutputAppended'> | EventOf<'ThoughtAppended'>,
): void {
  const last = draft.items.at(-1);
  // What follows a cut is another reply: the note stands where the text was cut.
  if (last?.kind === kind && last.keptLength === null) {
    const text = last.text + (event.text ?? '');
    draft.items[draft.items.length - 1] = { ...last, text, keptLength: event.keptLength };
    return;
  }
  draft.items.push({
    kind,
    key: event.id,
    seq: event.seq,
    at: event.occurredAt,
    text: event.text ?? '',
    keptLength: event.keptLength,
  });
}

function upsertCall(draft: Draft, event: ToolCallEvent): void {
  const index = draft.items.findIndex((item) => item.kind === 'tool' && item.call.callId === event.callId);
  const known = draft.items[index];
  const wasDenied = known?.kind === 'tool' && known.call.callStatus === 'DENIED';
  if (event.callStatus === 'DENIED' && !wasDenied) draft.deniedCallCount += 1;
  if (known?.kind !== 'tool') {
    draft.items.push({
      kind: 'tool',
      key: `call:${event.callId ?? event.id}`,
      seq: event.seq,
      at: event.occurredAt,
      call: event,
    });
    return;
  }
  // A later update may leave out what an earlier one has said.
  const call: ToolCallEvent = {
    ...event,
    arguments: event.arguments ?? known.call.arguments,
    toolName: event.toolName ?? known.call.toolName,
    serverName: event.serverName ?? known.call.serverName,
    decision: event.decision ?? known.call.decision,
    result: event.result ?? known.call.result,
    content: event.content ?? known.call.content,
  };
  draft.items[index] = { ...known, call };
}

function changeFile(draft: Draft, event: EventOf<'FileChanged'>): void {
  const index = draft.files.findIndex((file) => file.path === event.path);
  if (index < 0) draft.files.push(event);
  else draft.files[index] = event;
  draft.items.push({ kind: 'file', key: event.id, seq: event.seq, at: event.occurredAt, change: event });
}

function changeStatus(draft: Draft, event: EventOf<'StatusChanged'>): void {
  draft.status = event.status;
  if (event.status === 'RUNNING') draft.startedAt ??= event.occurredAt;
  if (isFinal(event.status)) {
    draft.endedAt = event.occurredAt;
    draft.failureReason = event.failureReason;
    draft.failureMessage = event.message;
  }
  draft.items.push({
    kind: 'status',
    key: event.id,
    seq: event.seq,
    at: event.occurredAt,
    change: event,
    deniedCallCount: draft.deniedCallCount,
  });
}

function resolveApproval(draft: Draft, event: EventOf<'ApprovalResolved'>): void {
  const index = draft.items.findIndex(
    (item) => item.kind === 'approval' && item.request.approvalId === event.approvalId,
  );
  const known = draft.items[index];
  if (known?.kind === 'approval') draft.items[index] = { ...known, resolution: event };
}

function resolveInput(draft: Draft, event: EventOf<'InputResolved'>): void {
  const index = draft.items.findIndex(
    (item) => item.kind === 'question' && item.request.inputRequestId === event.inputRequestId,
  );
  const known = draft.items[index];
  if (known?.kind === 'question') draft.items[index] = { ...known, resolution: event };
}

function upsertMessage(draft: Draft, event: EventOf<'UserMessageAppended'>): void {
  const key = `message:${event.messageId}`;
  const index = draft.items.findIndex((item) => item.key === key);
  const item = { kind: 'message', key, seq: event.seq, at: event.occurredAt, message: event } as const;
  if (index < 0) draft.items.push(item);
  else draft.items[index] = item;
}

function apply(draft: Draft, event: ExecutionEvent): void {
  const base = { key: event.id, seq: event.seq, at: event.occurredAt };
  switch (event.__typename) {
    case 'OutputAppended':
      return appendText(draft, 'output', event);
    case 'ThoughtAppended':
      return appendText(draft, 'thought', event);
    case 'ToolCallUpdated':
      return upsertCall(draft, event);
    case 'FileChanged':
      return changeFile(draft, event);
    case 'StatusChanged':
      return changeStatus(draft, event);
    case 'ApprovalResolved':
      return resolveApproval(draft, event);
    case 'TodosUpdated':
      draft.todos = event.todos ?? [];
      return;
    case 'UsageUpdated':
      draft.usage = event;
      return;
    case 'ApprovalRequested':
      draft.items.push({ ...base, kind: 'approval', request: event, resolution: null });
      return;
    case 'InputRequested':
      draft.items.push({ ...base, kind: 'question', request: event, resolution: null });
      return;
    case 'InputResolved':
      return resolveInput(draft, event);
    case 'UserMessageAppended':
      return upsertMessage(draft, event);
    default:
      draft.items.push({ ...base, kind: 'event', event });
  }
}

/** Continues `from` with events that come after all of its own. Items that did not change keep their identity. */
export function foldEvents(events: readonly ExecutionEvent[], from: Timeline = EMPTY_TIMELINE): Timeline {
  const draft: Draft = { ...from, items: [...from.items], files: [...from.files] };
  for (const event of events) apply(draft, event);
  return draft;
}
