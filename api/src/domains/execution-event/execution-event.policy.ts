import type { ExecutionEventType } from '../../generated/prisma/enums.ts';
import { definePolicy, ofOrganization, type Role } from '../policy.ts';

type PascalCase<S extends string> = S extends `${infer Word}_${infer Rest}`
  ? `${Capitalize<Lowercase<Word>>}${PascalCase<Rest>}`
  : Capitalize<Lowercase<S>>;

/** `TOOL_CALL_UPDATED` is `ToolCallUpdated` in GraphQL and in the rules. */
export type EventTypeName = PascalCase<ExecutionEventType>;

/** What every event has. */
const COMMON = { id: 'USER', executionId: 'USER', seq: 'USER', occurredAt: 'USER' } as const;

/** What each type has of its own; a type that is missing here does not compile. */
const FIELDS: Record<EventTypeName, Record<string, Role>> = {
  StatusChanged: { status: 'USER', failureReason: 'USER', message: 'USER' },
  OutputAppended: { text: 'USER', keptLength: 'USER' },
  OutputRetracted: { fromSeq: 'USER' },
  ThoughtAppended: { text: 'USER', keptLength: 'USER' },
  ToolCallUpdated: {
    callId: 'USER',
    toolName: 'USER',
    serverName: 'USER',
    callStatus: 'USER',
    arguments: 'VIEWER',
    result: 'VIEWER',
    content: 'VIEWER',
    progress: 'VIEWER',
    durationMs: 'USER',
    decision: 'VIEWER',
  },
  FileChanged: { path: 'USER', kind: 'USER', diff: 'VIEWER', isTruncated: 'USER', callId: 'USER' },
  TodosUpdated: { todos: 'USER' },
  UsageUpdated: {
    inputTokens: 'VIEWER',
    outputTokens: 'VIEWER',
    cacheReadTokens: 'VIEWER',
    cacheWriteTokens: 'VIEWER',
    reasoningTokens: 'VIEWER',
    stepCount: 'USER',
    cost: 'VIEWER',
  },
  ApprovalRequested: { approvalId: 'USER', callId: 'USER', toolName: 'USER', arguments: 'VIEWER' },
  ApprovalResolved: { approvalId: 'USER', isApproved: 'USER', reason: 'USER' },
  ChildExecutionStarted: { childExecutionId: 'USER' },
  LogWritten: { level: 'USER', message: 'USER', serverName: 'USER' },
  UserMessageAppended: { messageId: 'USER', text: 'USER', mode: 'USER', messageState: 'USER' },
  InputRequested: {
    inputRequestId: 'USER',
    callId: 'USER',
    serverName: 'USER',
    question: 'USER',
    schema: 'USER',
  },
  InputResolved: { inputRequestId: 'USER', outcome: 'USER', answer: 'VIEWER' },
  ContextCompacted: { tokensBefore: 'VIEWER', tokensAfter: 'VIEWER' },
  ModelSwitched: { fromModel: 'VIEWER', toModel: 'VIEWER', reason: 'USER' },
  ArtifactAdded: { artifactId: 'USER', name: 'USER', mimeType: 'USER', sizeBytes: 'USER' },
};

/** The fields of events are named `<type>.<field>`, because each type has its own. */
export const executionEventPolicy = definePolicy({
  noun: 'ExecutionEvent',
  rows: ofOrganization,
  rowsInWords: 'events of the runs that one may read',
  fields: Object.fromEntries(
    Object.entries(FIELDS).flatMap(([type, own]) =>
      Object.entries({ ...COMMON, ...own }).map(([field, least]): [string, Role] => [
        `${type}.${field}`,
        least,
      ]),
    ),
  ),
  actions: {},
});
