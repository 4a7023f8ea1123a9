import { z } from 'zod';
import type { Prisma } from '../../platform/database.ts';
import { ConflictError, NotFoundError } from '../../platform/errors.ts';
import { parseInput } from '../../platform/input.ts';
import { changeInSql } from '../change.ts';
import type { ServiceContext } from '../context.ts';
import { authorize, scoped } from '../policy.ts';
import { renderPrompt } from '../task/prompt-template.ts';
import { cancelExecution } from './execution.lifecycle.ts';
import { startExecution } from './execution.start.ts';
import { isTerminal } from '../run-status.ts';
import { executionPolicy } from './execution.policy.ts';
import { taskPolicy } from '../task/task.policy.ts';
import { getRunnableTask } from '../task/task.uses.ts';

const MAX_PROMPT_LENGTH = 100_000;

const idempotencyKey = z
  .string()
  .min(1, 'Leave idempotencyKey out, or give it at least one character.')
  .max(200, 'An idempotencyKey has at most 200 characters.')
  .nullish()
  .transform((key) => key ?? null);

const promptRun = z.strictObject({
  agentId: z.string(),
  prompt: z
    .string()
    .trim()
    .min(1, 'Write a prompt.')
    .max(MAX_PROMPT_LENGTH, `A prompt has at most ${MAX_PROMPT_LENGTH} characters.`),
  idempotencyKey,
});

/** Runs a prompt on an agent at once, without a saved task. Throws ValidationError, NOT_FOUND, CONFLICT, PLAN_LIMIT. */
export async function runAgent(
  ctx: ServiceContext,
  input: z.input<typeof promptRun>,
): Promise<{ executionId: string }> {
  authorize(ctx, 'run', executionPolicy);
  const data = parseInput(promptRun, input);
  return startExecution(ctx, {
    cause: { type: 'PROMPT' },
    agentId: data.agentId,
    prompt: data.prompt,
    idempotency: { operation: 'agentRun', key: data.idempotencyKey, request: data },
  });
}

const taskRun = z.strictObject({
  taskId: z.string(),
  variables: z
    .record(z.string(), z.unknown())
    .nullish()
    .transform((variables) => variables ?? {}),
  idempotencyKey,
});

/** Runs a saved task now. Throws ValidationError, NOT_FOUND, CONFLICT, PLAN_LIMIT. */
export async function runTask(
  ctx: ServiceContext,
  input: z.input<typeof taskRun>,
): Promise<{ executionId: string }> {
  authorize(ctx, 'run', taskPolicy);
  const data = parseInput(taskRun, input);
  const task = await getRunnableTask(ctx, data.taskId);
  if (!task.agentId)
    throw new ConflictError('The task has no agent. Assign one, then run it.', { path: ['input', 'taskId'] });
  return startExecution(ctx, {
    cause: { type: 'TASK', taskId: task.id },
    agentId: task.agentId,
    prompt: renderPrompt(task, data.variables),
    variables: data.variables as Prisma.InputJsonObject,
    priority: task.priority,
    onUnknownOutcome: task.onUnknownOutcome,
    onUnanswered: task.onUnanswered,
    answerWithinMinutes: task.answerWithinMinutes,
    idempotency: { operation: 'taskRun', key: data.idempotencyKey, request: data },
  });
}

const retry = z.strictObject({ executionId: z.string(), idempotencyKey });

/** Runs the same prompt again, on the agent as it is today, as a new execution. */
export async function retryExecution(
  ctx: ServiceContext,
  input: z.input<typeof retry>,
): Promise<{ executionId: string }> {
  authorize(ctx, 'retry', executionPolicy);
  const data = parseInput(retry, input);
  const original = await ctx.db.taskExecution.findFirst({
    where: { AND: [scoped(ctx, 'retry', 'TaskExecution'), { id: data.executionId }] },
    include: { task: { select: { onUnknownOutcome: true, onUnanswered: true, answerWithinMinutes: true } } },
  });
  if (!original) throw new NotFoundError('execution', ['input', 'executionId']);
  if (!isTerminal(original.status)) {
    throw new ConflictError('The execution has not ended yet. Cancel it first, or wait.', {
      path: ['input', 'executionId'],
    });
  }
  return startExecution(ctx, {
    cause: { type: 'RETRY', of: original },
    agentId: original.agentId,
    prompt: original.prompt,
    variables: original.variables as Prisma.InputJsonObject,
    priority: original.priority,
    onUnknownOutcome: original.task?.onUnknownOutcome,
    onUnanswered: original.task?.onUnanswered,
    answerWithinMinutes: original.task?.answerWithinMinutes,
    idempotency: { operation: 'executionRetry', key: data.idempotencyKey, request: data },
  });
}

/** Cancels a run in any state; one that has ended stays as it is. Throws NOT_FOUND. */
export async function cancel(ctx: ServiceContext, args: { id: string }): Promise<{ executionId: string }> {
  const viewer = authorize(ctx, 'cancel', executionPolicy);
  const execution = await ctx.db.taskExecution.findFirst({
    where: { AND: [scoped(ctx, 'cancel', 'TaskExecution'), { id: args.id }] },
    select: { id: true, cancelledById: true },
  });
  if (!execution) throw new NotFoundError('execution', ['input', 'executionId']);
  const by = { cancelledById: viewer.userId };
  const cancelling = { action: 'cancel', policy: executionPolicy, operation: 'executionCancel' } as const;
  await cancelExecution(ctx, { executionId: execution.id, ...by }, (end) =>
    changeInSql(ctx, cancelling, async ({ client, record }) => {
      const head = await end(client);
      const after = head ? { ...execution, ...by, status: 'CANCELLED' } : execution;
      record({ policy: executionPolicy, id: execution.id }, execution, after);
      return head;
    }),
  );
  return { executionId: execution.id };
}

type ExecutionQuery = Pick<Prisma.TaskExecutionFindFirstArgs, 'select' | 'include'>;

/** Throws UNAUTHENTICATED, NOT_FOUND at `path`. */
export async function getExecution(
  ctx: ServiceContext,
  args: { query: ExecutionQuery; executionId: string; path?: string[] },
) {
  authorize(ctx, 'read', executionPolicy);
  const execution = await ctx.db.taskExecution.findFirst({
    ...args.query,
    where: { AND: [scoped(ctx, 'read', 'TaskExecution'), { id: args.executionId }] },
  });
  if (!execution) throw new NotFoundError('execution', args.path ?? ['id']);
  return execution;
}
