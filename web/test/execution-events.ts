import type { ExecutionEvent } from '#app/modules/executions/timeline-model.ts';

type Kind = ExecutionEvent['__typename'];
type EventOf<T extends Kind> = Extract<ExecutionEvent, { __typename: T }>;

const BLANKS: { [T in Kind]: Omit<EventOf<T>, 'id' | 'executionId' | 'seq' | 'occurredAt'> } = {
  ApprovalRequested: { __typename: 'ApprovalRequested', approvalId: '', toolName: '', arguments: null },
  ApprovalResolved: { __typename: 'ApprovalResolved', approvalId: '', isApproved: false, reason: null },
  ChildExecutionStarted: { __typename: 'ChildExecutionStarted', childExecutionId: '' },
  FileChanged: {
    __typename: 'FileChanged',
    callId: '',
    path: '',
    kind: 'MODIFIED',
    diff: null,
    isTruncated: false,
  },
  LogWritten: { __typename: 'LogWritten', level: 'INFO', message: null },
  OutputAppended: { __typename: 'OutputAppended', text: '' },
  OutputRetracted: { __typename: 'OutputRetracted', fromSeq: 0 },
  StatusChanged: { __typename: 'StatusChanged', status: 'RUNNING', failureReason: null, message: null },
  ThoughtAppended: { __typename: 'ThoughtAppended', text: '' },
  TodosUpdated: { __typename: 'TodosUpdated', todos: [] },
  ToolCallUpdated: {
    __typename: 'ToolCallUpdated',
    callId: '',
    toolName: '',
    serverName: null,
    callStatus: 'RUNNING',
    arguments: null,
    result: null,
    durationMs: null,
    decision: null,
  },
  UsageUpdated: {
    __typename: 'UsageUpdated',
    inputTokens: null,
    outputTokens: null,
    stepCount: 0,
    cost: null,
  },
};

/** Of every type that the API has; a new one does not compile until it stands above. */
export const EVENT_KINDS = Object.keys(BLANKS) as Kind[];

export const EXECUTION_ID = 'execution-1';

/** An event as the API sends it, one second after the other. */
export function anEvent<T extends Kind>(
  seq: number,
  kind: T,
  fields: Partial<EventOf<T>> = {},
): ExecutionEvent {
  return {
    ...BLANKS[kind],
    ...fields,
    id: `event-${seq}`,
    executionId: EXECUTION_ID,
    seq,
    occurredAt: new Date(Date.UTC(2030, 0, 1, 0, 0, seq)).toISOString(),
  } as ExecutionEvent;
}

export const output = (seq: number, text: string): ExecutionEvent => anEvent(seq, 'OutputAppended', { text });
