import { builder } from '../../graphql/builder.ts';
import { resultOf } from '../../graphql/errors.ts';
import { localId } from '../../graphql/ids.ts';
import { defineIdMutation, definePayload } from '../../graphql/payload.ts';
import { ConflictError, NotFoundError, PlanLimitError, ValidationError } from '../../platform/errors.ts';
import { executionListing } from './execution.list.ts';
import { cancel, retryExecution, runAgent, runTask } from './execution.service.ts';
import { ExecutionRef } from './execution.schema.ts';

const executionPayload = definePayload({
  field: 'execution',
  type: ExecutionRef,
  description: 'The run as it is now; null when it was made out of your reach meanwhile.',
  get: executionListing.get,
  key: 'executionId',
});

const IDEMPOTENCY_KEY = {
  description:
    'A key of your choice: the same key with the same input answers with the same execution and starts nothing twice.',
};

const TaskRunInput = builder.inputType('TaskRunInput', {
  description: 'Which task, and with what.',
  fields: (t) => ({
    taskId: t.id({ required: true, description: 'Global id of the task to run.' }),
    variables: t.field({ type: 'JSONObject', description: "Values of the prompt's variables, by name." }),
    idempotencyKey: t.string(IDEMPOTENCY_KEY),
  }),
});

builder.mutationField('taskRun', (t) =>
  t.field({
    type: executionPayload(
      'TaskRun',
      'The run that was started, or the earlier one of the same idempotencyKey.',
    ),
    access: { action: 'run', noun: 'Task' },
    description: 'Runs a task now. Subscribe to `executionEvents` to watch it.',
    errors: resultOf('taskRun', ValidationError, NotFoundError, ConflictError, PlanLimitError),
    args: {
      input: t.arg({
        type: TaskRunInput,
        required: true,
        description: 'The task to run, and values for its variables.',
      }),
    },
    resolve: (_root, { input }, ctx) =>
      runTask(ctx, { ...input, taskId: localId('Task', input.taskId, 'input', 'taskId') }),
  }),
);

const AgentRunInput = builder.inputType('AgentRunInput', {
  description: 'Which agent, and what it is to do.',
  fields: (t) => ({
    agentId: t.id({ required: true, description: 'Global id of the agent that runs the prompt.' }),
    prompt: t.string({ required: true, description: 'What it is to do; at most 100,000 characters.' }),
    idempotencyKey: t.string(IDEMPOTENCY_KEY),
  }),
});

builder.mutationField('agentRun', (t) =>
  t.field({
    type: executionPayload(
      'AgentRun',
      'The run that was started, or the earlier one of the same idempotencyKey.',
    ),
    access: { action: 'run', noun: 'TaskExecution' },
    description: 'Runs a prompt on an agent at once, without a saved task.',
    errors: resultOf('agentRun', ValidationError, NotFoundError, ConflictError, PlanLimitError),
    args: {
      input: t.arg({ type: AgentRunInput, required: true, description: 'The agent, and what it is to do.' }),
    },
    resolve: (_root, { input }, ctx) =>
      runAgent(ctx, { ...input, agentId: localId('Agent', input.agentId, 'input', 'agentId') }),
  }),
);

defineIdMutation('executionCancel', {
  type: executionPayload('ExecutionCancel', 'The run: CANCELLED, or as it had already ended.'),
  noun: 'TaskExecution',
  action: 'cancel',
  argument: 'executionId',
  which: 'the run to stop',
  description: 'Stops a run in any state, at once and for good. A run that has ended stays as it is.',
  errors: [ValidationError, NotFoundError],
  change: cancel,
});

const ExecutionRetryInput = builder.inputType('ExecutionRetryInput', {
  description: 'The run to repeat, and a key against repeating it twice.',
  fields: (t) => ({
    executionId: t.id({ required: true, description: 'The run, which must have ended.' }),
    idempotencyKey: t.string(IDEMPOTENCY_KEY),
  }),
});

builder.mutationField('executionRetry', (t) =>
  t.field({
    type: executionPayload('ExecutionRetry', 'The new run; `retryOf` names the old one.'),
    access: { action: 'retry', noun: 'TaskExecution' },
    description:
      'Runs the same prompt again, on the agent as it is today. Side effects of the first run are repeated.',
    errors: resultOf('executionRetry', ValidationError, NotFoundError, ConflictError, PlanLimitError),
    args: {
      input: t.arg({
        type: ExecutionRetryInput,
        required: true,
        description: 'The run to repeat, which must have ended.',
      }),
    },
    resolve: (_root, { input }, ctx) =>
      retryExecution(ctx, {
        ...input,
        executionId: localId('TaskExecution', input.executionId, 'input', 'executionId'),
      }),
  }),
);
