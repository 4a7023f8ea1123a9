import { builder } from '../../graphql/builder.ts';
import { globalId } from '../../graphql/ids.ts';
import { MoneyRef } from '../../graphql/money.ts';
import { PermissionEffectRef } from '../tool/tool.enums.ts';
import type { ExecutionEventType } from '../../generated/prisma/enums.ts';
import { ExecutionStatusRef, FailureReasonRef } from '../execution/execution.enums.ts';
import { FileChangeKindRef, LogLevelRef, TodoStatusRef, ToolCallStatusRef } from './execution-event.enums.ts';
import type { EventPayloads, StoredEvent, Todo } from './execution-event.payloads.ts';

const TYPE_NAMES = {
  STATUS_CHANGED: 'StatusChanged',
  OUTPUT_APPENDED: 'OutputAppended',
  OUTPUT_RETRACTED: 'OutputRetracted',
  THOUGHT_APPENDED: 'ThoughtAppended',
  TOOL_CALL_UPDATED: 'ToolCallUpdated',
  FILE_CHANGED: 'FileChanged',
  TODOS_UPDATED: 'TodosUpdated',
  USAGE_UPDATED: 'UsageUpdated',
  APPROVAL_REQUESTED: 'ApprovalRequested',
  APPROVAL_RESOLVED: 'ApprovalResolved',
  CHILD_EXECUTION_STARTED: 'ChildExecutionStarted',
  LOG_WRITTEN: 'LogWritten',
} as const satisfies Record<ExecutionEventType, string>;

export const ExecutionEventRef = builder.interfaceRef<StoredEvent>('ExecutionEvent').implement({
  description:
    'One numbered entry of the append-only log of a run. `seq` starts at 1 and has no gaps; resume with `after: <last seq you saw>`.',
  resolveType: (event) => TYPE_NAMES[event.type],
  fields: (t) => ({
    id: t.id({
      nullable: false,
      description:
        'Unique over all executions; the same event has the same id however often it is delivered.',
      resolve: (event) => globalId('ExecutionEvent', `${event.executionId}:${event.seq}`),
    }),
    executionId: t.id({
      nullable: false,
      description: 'Global id of the run that it belongs to.',
      resolve: (event) => globalId('TaskExecution', event.executionId),
    }),
    seq: t.exposeInt('seq', { nullable: false, description: 'Its number in the log of its run.' }),
    occurredAt: t.expose('occurredAt', {
      type: 'DateTime',
      nullable: false,
      description: 'When it happened, by the clock of the worker.',
    }),
  }),
});

/** What every concrete event has in common; the policy names its fields `<type>.<field>`. */
const eventType = <T extends ExecutionEventType>(type: T, description: string) => ({
  access: { noun: 'ExecutionEvent' as const, as: TYPE_NAMES[type] },
  interfaces: [ExecutionEventRef],
  isTypeOf: (value: unknown) => (value as StoredEvent).type === type,
  description,
});

const eventRef = <T extends ExecutionEventType>(type: T) =>
  builder.objectRef<StoredEvent<T>>(TYPE_NAMES[type]);

eventRef('STATUS_CHANGED').implement({
  ...eventType(
    'STATUS_CHANGED',
    'The run has moved on. With a terminal status it is the last event of the log.',
  ),
  fields: (t) => ({
    status: t.field({
      type: ExecutionStatusRef,
      description: 'The status that the run has now.',
      resolve: ({ payload }) => payload.status,
    }),
    failureReason: t.field({
      nullable: true,
      type: FailureReasonRef,
      description: 'Why it failed; null unless FAILED.',
      resolve: ({ payload }) => payload.failureReason,
    }),
    message: t.string({
      nullable: true,
      description: 'What happened and what to do; null when there is nothing to say.',
      resolve: ({ payload }) => payload.message,
    }),
  }),
});

const KEPT_LENGTH =
  'Set where a reply that is too long was cut: so many of its characters are kept, this piece is the last, and the rest was dropped. Null for every other piece.';

eventRef('OUTPUT_APPENDED').implement({
  ...eventType('OUTPUT_APPENDED', 'A piece of the answer. Join the pieces in order of `seq`.'),
  fields: (t) => ({
    text: t.string({
      description: 'The piece of text, to be joined to the ones before.',
      resolve: ({ payload }) => payload.text,
    }),
    keptLength: t.int({
      nullable: true,
      description: KEPT_LENGTH,
      resolve: ({ payload }) => payload.truncatedAt,
    }),
  }),
});

eventRef('OUTPUT_RETRACTED').implement({
  ...eventType('OUTPUT_RETRACTED', 'A worker was lost in the middle of a reply, which is now written anew.'),
  fields: (t) => ({
    fromSeq: t.int({
      description: 'Drop every OutputAppended and ThoughtAppended from this number up to this event.',
      resolve: ({ payload }) => payload.fromSeq,
    }),
  }),
});

eventRef('THOUGHT_APPENDED').implement({
  ...eventType('THOUGHT_APPENDED', 'A piece of what the model thinks before it answers.'),
  fields: (t) => ({
    text: t.string({
      description: 'The piece of text, to be joined to the ones before.',
      resolve: ({ payload }) => payload.text,
    }),
    keptLength: t.int({
      nullable: true,
      description: KEPT_LENGTH,
      resolve: ({ payload }) => payload.truncatedAt,
    }),
  }),
});

const ToolDecisionRef = builder
  .objectRef<NonNullable<EventPayloads['TOOL_CALL_UPDATED']['decision']>>('ToolDecision')
  .implement({
    access: 'carried',
    description: 'What the permission gate said to a tool call.',
    fields: (t) => ({
      effect: t.field({
        type: PermissionEffectRef,
        nullable: false,
        description: 'Allowed, asked or denied.',
        resolve: ({ effect }) => effect,
      }),
      rule: t.exposeString('rule', { nullable: false, description: 'The rule that decided, in words.' }),
    }),
  });

eventRef('TOOL_CALL_UPDATED').implement({
  ...eventType(
    'TOOL_CALL_UPDATED',
    'A tool call has begun or ended. Later events with the same `callId` replace earlier ones.',
  ),
  fields: (t) => ({
    callId: t.string({
      description: 'Names the call within the run.',
      resolve: ({ payload }) => payload.callId,
    }),
    toolName: t.string({
      description: 'The tool, as its server names it.',
      resolve: ({ payload }) => payload.toolName,
    }),
    serverName: t.string({
      nullable: true,
      description: 'The server of the tool; null for a tool of the studio itself.',
      resolve: ({ payload }) => payload.serverName,
    }),
    callStatus: t.field({
      type: ToolCallStatusRef,
      description:
        'Where it stands. Not called `status`, so that one selection can ask for StatusChanged too.',
      resolve: ({ payload }) => payload.status,
    }),
    arguments: t.field({
      type: 'JSON',
      description: 'What the model passed; its shape is the input schema of the tool. For VIEWER and above.',
      resolve: ({ payload }) => payload.arguments,
    }),
    result: t.string({
      description: 'What the tool answered, as the model was told; null while it runs. For VIEWER and above.',
      resolve: ({ payload }) => payload.result,
    }),
    durationMs: t.int({
      nullable: true,
      description: 'Milliseconds from its start to its end; null while it runs.',
      resolve: ({ payload }) => payload.durationMs,
    }),
    decision: t.field({
      type: ToolDecisionRef,
      description: 'What the permission gate said, and by which rule. For VIEWER and above.',
      resolve: ({ payload }) => payload.decision,
    }),
  }),
});

eventRef('FILE_CHANGED').implement({
  ...eventType('FILE_CHANGED', "A tool call has changed a file in the agent's workspace."),
  fields: (t) => ({
    path: t.string({ description: 'Path in the workspace.', resolve: ({ payload }) => payload.path }),
    kind: t.field({
      type: FileChangeKindRef,
      description: 'What happened to it.',
      resolve: ({ payload }) => payload.kind,
    }),
    diff: t.string({
      description:
        'Unified diff; empty when the file was written again with the same content, null when it is binary or too large to show. For VIEWER and above.',
      resolve: ({ payload }) => payload.diff,
    }),
    isTruncated: t.boolean({
      description: 'Whether the diff was cut.',
      resolve: ({ payload }) => payload.isTruncated,
    }),
    callId: t.string({ description: 'The tool call that did it.', resolve: ({ payload }) => payload.callId }),
  }),
});

const TodoRef = builder.objectRef<Todo>('Todo').implement({
  access: 'carried',
  description: "An item of an agent's plan.",
  fields: (t) => ({
    id: t.exposeString('id', { nullable: false, description: 'Stays the same over the run.' }),
    title: t.exposeString('title', { nullable: false, description: 'What is to be done.' }),
    status: t.field({
      type: TodoStatusRef,
      nullable: false,
      description: 'Whether it is to do, being done or done.',
      resolve: (todo) => todo.status,
    }),
  }),
});

eventRef('TODOS_UPDATED').implement({
  ...eventType('TODOS_UPDATED', 'The whole plan of the agent, as it stands now.'),
  fields: (t) => ({
    todos: t.field({
      type: [TodoRef],
      description: 'Every todo, in order.',
      resolve: ({ payload }) => payload.todos,
    }),
  }),
});

eventRef('USAGE_UPDATED').implement({
  ...eventType('USAGE_UPDATED', 'Totals of the run so far, not the difference to the event before.'),
  fields: (t) => ({
    inputTokens: t.int({
      description: 'Tokens sent to the model. For VIEWER and above.',
      resolve: ({ payload }) => payload.inputTokens,
    }),
    outputTokens: t.int({
      description: 'Tokens received from the model. For VIEWER and above.',
      resolve: ({ payload }) => payload.outputTokens,
    }),
    stepCount: t.int({
      description: 'How many replies of the model are finished.',
      resolve: ({ payload }) => payload.stepCount,
    }),
    cost: t.field({
      type: MoneyRef,
      description: 'What the model cost; null when prices are unknown. For VIEWER and above.',
      resolve: ({ payload }) => (payload.costMicros === null ? null : { micros: BigInt(payload.costMicros) }),
    }),
  }),
});

eventRef('APPROVAL_REQUESTED').implement({
  ...eventType('APPROVAL_REQUESTED', 'A tool call waits for a person.'),
  fields: (t) => ({
    approvalId: t.id({
      description: 'The approval to resolve.',
      resolve: ({ payload }) => globalId('Approval', payload.approvalId),
    }),
    callId: t.string({ description: 'The call that waits.', resolve: ({ payload }) => payload.callId }),
    toolName: t.string({
      description: 'The tool that would be called.',
      resolve: ({ payload }) => payload.toolName,
    }),
    arguments: t.field({
      type: 'JSON',
      description: 'What the model wants to pass. For VIEWER and above.',
      resolve: ({ payload }) => payload.arguments,
    }),
  }),
});

eventRef('APPROVAL_RESOLVED').implement({
  ...eventType('APPROVAL_RESOLVED', 'A person has decided, or the time to decide is over.'),
  fields: (t) => ({
    approvalId: t.id({
      description: 'Global id of the approval that was decided.',
      resolve: ({ payload }) => globalId('Approval', payload.approvalId),
    }),
    isApproved: t.boolean({
      description: 'Whether the call may go ahead.',
      resolve: ({ payload }) => payload.isApproved,
    }),
    reason: t.string({
      nullable: true,
      description: 'What the person said; null when nothing.',
      resolve: ({ payload }) => payload.reason,
    }),
  }),
});

eventRef('CHILD_EXECUTION_STARTED').implement({
  ...eventType('CHILD_EXECUTION_STARTED', 'The agent has delegated work to another one.'),
  fields: (t) => ({
    childExecutionId: t.id({
      description: 'The run of the other agent.',
      resolve: ({ payload }) => globalId('TaskExecution', payload.childExecutionId),
    }),
  }),
});

eventRef('LOG_WRITTEN').implement({
  ...eventType('LOG_WRITTEN', 'A remark of the studio on the run.'),
  fields: (t) => ({
    level: t.field({
      type: LogLevelRef,
      description: 'How much it matters.',
      resolve: ({ payload }) => payload.level,
    }),
    message: t.string({
      nullable: true,
      description:
        'The remark; never null, but typed like the message of StatusChanged, so that one document can select both.',
      resolve: ({ payload }) => payload.message,
    }),
  }),
});
