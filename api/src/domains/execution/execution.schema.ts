import { builder } from '../../graphql/builder.ts';
import { localId } from '../../graphql/ids.ts';
import { defineList } from '../../graphql/listing.ts';
import { MoneyRef } from '../../graphql/money.ts';
import { viewerCan } from '../../graphql/viewer-can.ts';
import { AgentRef } from '../agent/agent.schema.ts';
import { AgentRevisionRef } from '../agent/agent-revision.schema.ts';
import { ServerRef } from '../server/server.schema.ts';
import { TaskRef } from '../task/task.schema.ts';
import { UserRef } from '../user/user.schema.ts';
import { ExecutionStatusRef, FailureReasonRef } from '../execution-event/execution-event.enums.ts';
import { ExecutionKindRef, SkipReasonRef } from './execution.enums.ts';
import { executionListing, executionWhere } from './execution.list.ts';
import { getExecution } from './execution.service.ts';
import { isTerminal } from '../run-status.ts';
import { TaskPriorityRef } from '../task/task.enums.ts';

export const ExecutionRef = builder.prismaNode('TaskExecution', {
  id: { field: 'id', description: 'Global id, by which `node(id:)` finds it again.' },
  access: { noun: 'TaskExecution' },
  description:
    'One run of a task, a prompt or a message: its state, its result and its append-only log of events.',
  select: { id: true, organizationId: true, startedById: true },
  fields: (t) => ({
    kind: t.expose('kind', {
      type: ExecutionKindRef,
      description: 'What caused it: a prompt, a task, a schedule, another run.',
    }),
    task: t.relation('task', {
      type: TaskRef,
      nullable: true,
      description: 'The task; null when it was not started from one.',
    }),
    agent: t.relation('agent', { type: AgentRef, nullable: true, description: 'The agent that runs it.' }),
    agentRevision: t.relation('agentRevision', {
      type: AgentRevisionRef,
      nullable: true,
      description: 'The agent as it was when the run was accepted.',
    }),
    server: t.relation('server', {
      type: ServerRef,
      nullable: true,
      description: 'The server of the agent.',
    }),
    parent: t.relation('parent', {
      nullable: true,
      description: 'The run that delegated this one; null for a run of its own.',
    }),
    children: t.relation('children', {
      description: 'The runs that this one has delegated, oldest first; at most 100.',
      query: (_args, ctx) => ({
        where: executionWhere(ctx, null),
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
        take: 100,
      }),
    }),
    retryOf: t.relation('retryOf', {
      nullable: true,
      description: 'The run that this one repeats; null when it repeats none.',
    }),
    status: t.expose('status', {
      type: ExecutionStatusRef,
      description: 'Whether it waits, is at work, or how it ended.',
    }),
    isFinished: t.boolean({
      description: 'Whether it has ended and will not change any more.',
      select: { status: true },
      resolve: ({ status }) => isTerminal(status),
    }),
    failureReason: t.expose('failureReason', {
      nullable: true,
      type: FailureReasonRef,
      description: 'Why it failed; null unless FAILED.',
    }),
    failureMessage: t.exposeString('failureMessage', {
      nullable: true,
      description: 'What happened and what to do; null unless FAILED.',
    }),
    skipReason: t.expose('skipReason', {
      nullable: true,
      type: SkipReasonRef,
      description: 'Why a firing did not run; null unless SKIPPED.',
    }),
    isSimulated: t.exposeBoolean('isSimulated', {
      description:
        'Whether a simulated server or model answered: its output is not the work of a real model.',
    }),
    prompt: t.exposeString('prompt', { description: 'What the agent was told.' }),
    output: t.exposeString('output', {
      nullable: true,
      description: 'The final answer; null until there is one.',
    }),
    priority: t.expose('priority', { type: TaskPriorityRef, description: 'Its place in the queue.' }),
    attempt: t.exposeInt('attempt', { description: '1 for the first try, counted up by each retry.' }),
    stepCount: t.exposeInt('stepCount', { description: 'How many replies of the model are finished.' }),
    deniedCallCount: t.exposeInt('deniedCallCount', {
      description:
        'Tool calls that the permission gate refused: a run that is COMPLETED may have done without what it asked for.',
    }),
    lastSeq: t.exposeInt('lastSeq', {
      description: 'Number of the newest event; a subscription may start after it.',
    }),
    inputTokens: t.exposeInt('inputTokens', {
      description: 'Tokens sent to the model. For VIEWER and above.',
    }),
    outputTokens: t.exposeInt('outputTokens', {
      description: 'Tokens received from the model. For VIEWER and above.',
    }),
    cacheReadTokens: t.exposeInt('cacheReadTokens', {
      description:
        'Of the input tokens, those read from the cache of the provider; 0 when it does not tell. For VIEWER and above.',
    }),
    cacheWriteTokens: t.exposeInt('cacheWriteTokens', {
      description:
        'Of the input tokens, those written to the cache of the provider; 0 when it does not tell. For VIEWER and above.',
    }),
    reasoningTokens: t.exposeInt('reasoningTokens', {
      description:
        'Of the output tokens, those the model thought with; 0 when the provider does not tell. For VIEWER and above.',
    }),
    cost: t.field({
      type: MoneyRef,
      nullable: true,
      description: "What the model cost; null when the provider's prices are unknown. For VIEWER and above.",
      select: { costMicros: true },
      resolve: ({ costMicros }) => (costMicros > 0n ? { micros: costMicros } : null),
    }),
    queuedAt: t.expose('queuedAt', { type: 'DateTime', description: 'When it was accepted.' }),
    startedAt: t.expose('startedAt', {
      nullable: true,
      type: 'DateTime',
      description: 'When a worker first took it; null while QUEUED.',
    }),
    finishedAt: t.expose('finishedAt', {
      nullable: true,
      type: 'DateTime',
      description: 'When it ended; null until then.',
    }),
    durationMs: t.int({
      nullable: true,
      description: 'Milliseconds from its start to its end, or to now; null while QUEUED.',
      select: { startedAt: true, finishedAt: true },
      resolve: ({ startedAt, finishedAt }, _args, ctx) =>
        startedAt && (finishedAt ?? ctx.clock.now()).getTime() - startedAt.getTime(),
    }),
    startedBy: t.relation('startedBy', {
      type: UserRef,
      nullable: true,
      description: 'Who started it; null when the member is gone.',
    }),
    cancelledBy: t.relation('cancelledBy', {
      type: UserRef,
      nullable: true,
      description: 'Who cancelled it; null unless a person did.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the row was written.' }),
    changeCursor: t.string({
      nullable: true,
      description:
        'Where `executionChanged` stands with this delivery: give it as `after` to go on from here. Null everywhere else.',
      resolve: (execution) => (execution as { changeCursor?: string }).changeCursor ?? null,
    }),
    viewerCan: t.field(viewerCan('TaskExecution')),
  }),
});

const ExecutionList = defineList(ExecutionRef, executionListing, {
  enums: { status: ExecutionStatusRef, kind: ExecutionKindRef },
});
ExecutionList.toQuery('executions', 'Runs that you may see, newest first.');
export const { Filter: ExecutionFilterRef, local: localFilter } = ExecutionList;

builder.queryField('execution', (t) =>
  t.prismaField({
    type: ExecutionRef,
    access: { action: 'read', noun: 'TaskExecution' },
    description: 'One run. Null with a NOT_FOUND error when there is none, or none for you.',
    args: { id: t.arg.id({ required: true, description: 'Global id of the run.' }) },
    resolve: (query, _root, args, ctx) =>
      getExecution(ctx, { query, executionId: localId('TaskExecution', args.id, 'id') }),
  }),
);

ExecutionList.toType(AgentRef, 'executions', {
  known: 'agentId',
  description: 'Runs of this agent that you may see, newest first.',
});
ExecutionList.toType(TaskRef, 'executions', {
  known: 'taskId',
  description: 'Runs of this task that you may see, newest first.',
});
ExecutionList.toType(ServerRef, 'executions', {
  known: 'serverId',
  description: 'Runs on this server, newest first: the history because of which it is archived, not deleted.',
});
