import { z } from 'zod';
import { digestJson } from '../../platform/crypto.ts';
import { isUniqueViolation, type Prisma, type Transaction } from '../../platform/database.ts';
import { ConflictError, NotFoundError } from '../../platform/errors.ts';
import { parseInput } from '../../platform/input.ts';
import type { ExecutionKind, TaskPriority, UnknownOutcomePolicy } from '../../generated/prisma/enums.ts';
import type { ServiceContext } from '../context.ts';
import { reservePlace } from '../organization/organization.service.ts';
import { authorize, scoped, type Viewer } from '../policy.ts';
import { renderPrompt } from '../task/prompt-template.ts';
import { ringExecution } from './execution.bell.ts';
import { cancelExecution, ringWatchers } from './execution.lifecycle.ts';
import type { ExecutionSnapshot } from './execution.snapshot.ts';
import { isTerminal } from './execution.status.ts';
import { executionPolicy } from './execution.policy.ts';
import { taskPolicy } from '../task/task.policy.ts';

const MAX_PROMPT_LENGTH = 100_000;

const idempotencyKey = z
  .string()
  .min(1, 'Leave idempotencyKey out, or give it at least one character.')
  .max(200, 'An idempotencyKey has at most 200 characters.')
  .nullish()
  .transform((key) => key ?? null);

const promptRun = z.object({
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
  const viewer = authorize(ctx, 'run', executionPolicy);
  const data = parseInput(promptRun, input);
  return startExecution(ctx, viewer, {
    kind: 'PROMPT',
    agentId: data.agentId,
    prompt: data.prompt,
    idempotency: { operation: 'agentRun', key: data.idempotencyKey, request: data },
  });
}

const taskRun = z.object({
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
  const viewer = authorize(ctx, 'run', taskPolicy);
  const data = parseInput(taskRun, input);
  const task = await ctx.db.task.findFirst({
    where: { AND: [scoped(ctx, 'run', 'Task'), { id: data.taskId, archivedAt: null }] },
  });
  if (!task) throw new NotFoundError('task', ['input', 'taskId']);
  if (!task.agentId)
    throw new ConflictError('The task has no agent. Assign one, then run it.', { path: ['input', 'taskId'] });
  return startExecution(ctx, viewer, {
    kind: 'TASK',
    taskId: task.id,
    agentId: task.agentId,
    prompt: renderPrompt(task, data.variables),
    variables: data.variables as Prisma.InputJsonObject,
    priority: task.priority,
    onUnknownOutcome: task.onUnknownOutcome,
    idempotency: { operation: 'taskRun', key: data.idempotencyKey, request: data },
  });
}

const retry = z.object({ executionId: z.string(), idempotencyKey });

/** Runs the same prompt again, on the agent as it is today, as a new execution. */
export async function retryExecution(
  ctx: ServiceContext,
  input: z.input<typeof retry>,
): Promise<{ executionId: string }> {
  const viewer = authorize(ctx, 'retry', executionPolicy);
  const data = parseInput(retry, input);
  const original = await ctx.db.taskExecution.findFirst({
    where: { AND: [scoped(ctx, 'retry', 'TaskExecution'), { id: data.executionId }] },
    include: { task: { select: { onUnknownOutcome: true } } },
  });
  if (!original) throw new NotFoundError('execution', ['input', 'executionId']);
  if (!isTerminal(original.status)) {
    throw new ConflictError('The execution has not ended yet. Cancel it first, or wait.', {
      path: ['input', 'executionId'],
    });
  }
  return startExecution(ctx, viewer, {
    kind: original.kind,
    taskId: original.taskId,
    agentId: original.agentId,
    prompt: original.prompt,
    variables: original.variables as Prisma.InputJsonObject,
    priority: original.priority,
    attempt: original.attempt + 1,
    retryOfId: original.id,
    onUnknownOutcome: original.task?.onUnknownOutcome,
    idempotency: { operation: 'executionRetry', key: data.idempotencyKey, request: data },
  });
}

interface Start {
  kind: ExecutionKind;
  agentId: string;
  prompt: string;
  taskId?: string | null;
  variables?: Prisma.InputJsonObject;
  priority?: TaskPriority;
  attempt?: number;
  retryOfId?: string;
  onUnknownOutcome?: UnknownOutcomePolicy | undefined;
  idempotency: { operation: string; key: string | null; request: object };
}

/**
 * Accepts a run: one transaction inserts the execution with its snapshot, its first event and the idempotency key.
 * Only then is the queue rung, so a run exists whether or not Redis does.
 */
async function startExecution(
  ctx: ServiceContext,
  viewer: Viewer,
  start: Start,
): Promise<{ executionId: string }> {
  const { organizationId } = viewer;
  const { operation, key } = start.idempotency;
  const requestHash = digestJson(start.idempotency.request);
  if (key) {
    const earlier = await findEarlierRun(ctx, { organizationId, operation, key, requestHash });
    if (earlier) return earlier;
  }
  try {
    const execution = await ctx.db.$transaction(async (tx) => {
      const created = await insertExecution(ctx, tx, viewer, start);
      if (key) {
        await tx.idempotencyKey.create({
          data: { organizationId, operation, key, requestHash, resultId: created.id },
        });
      }
      return created;
    });
    ctx.log.info({ executionId: execution.id, agentId: start.agentId }, 'Execution accepted');
    ringWatchers(ctx, execution.id, { organizationId, lastSeq: 1 });
    await ringExecution(ctx, { executionId: execution.id, fence: 0, priority: execution.priority });
    return { executionId: execution.id };
  } catch (error) {
    // Two requests with one key at the same time: the row of the other decides.
    const earlier =
      key && isUniqueViolation(error)
        ? await findEarlierRun(ctx, { organizationId, operation, key, requestHash })
        : null;
    if (earlier) return earlier;
    throw error;
  }
}

async function findEarlierRun(
  ctx: ServiceContext,
  args: { organizationId: string; operation: string; key: string; requestHash: string },
): Promise<{ executionId: string } | null> {
  const { organizationId, operation, key } = args;
  const row = await ctx.db.idempotencyKey.findUnique({
    where: { organizationId_operation_key: { organizationId, operation, key } },
  });
  if (!row) return null;
  if (row.requestHash !== args.requestHash) {
    throw new ConflictError(
      'This idempotencyKey was used for another request. Use a new key for a new request.',
      {
        path: ['input', 'idempotencyKey'],
        code: 'IDEMPOTENCY_KEY_REUSED',
      },
    );
  }
  return { executionId: row.resultId };
}

async function insertExecution(ctx: ServiceContext, tx: Transaction, viewer: Viewer, start: Start) {
  const { organizationId } = viewer;
  const agent = await tx.agent.findFirst({
    where: { id: start.agentId, organizationId, archivedAt: null },
    include: { server: true, modelProvider: { select: { kind: true } } },
  });
  if (!agent) throw new NotFoundError('agent', ['input', 'agentId']);
  if (agent.state !== 'ACTIVE') {
    throw new ConflictError(`The agent is ${agent.state}. Validate or activate it, then run it.`, {
      path: ['input', 'agentId'],
      code: 'AGENT_UNAVAILABLE',
    });
  }
  if (agent.server.status === 'MAINTENANCE') {
    throw new ConflictError('The server of this agent is in maintenance. Try again when it is back.', {
      path: ['input', 'agentId'],
      code: 'AGENT_UNAVAILABLE',
    });
  }
  const now = ctx.clock.now();
  const monthStart = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth()));
  await reservePlace(tx, {
    organizationId,
    limit: 'executionsPerMonth',
    noun: 'executions a month',
    countUsed: () => tx.taskExecution.count({ where: { organizationId, createdAt: { gte: monthStart } } }),
  });
  const revision = await tx.agentRevision.findFirst({
    where: { organizationId, agentId: agent.id, number: agent.revision },
    select: { id: true },
  });
  if (!revision) throw new Error(`Agent ${agent.id} has no revision ${agent.revision}`);
  const snapshot: ExecutionSnapshot = {
    agentName: agent.name,
    systemPrompt: agent.systemPrompt,
    model: agent.model,
    modelProviderId: agent.modelProviderId,
    serverId: agent.serverId,
    limits: {
      maxSteps: agent.maxSteps,
      maxDurationMs: agent.maxDurationMs,
      maxTokens: agent.maxTokens,
      maxCostMicros: agent.maxCostMicros?.toString() ?? null,
    },
    onUnknownOutcome: start.onUnknownOutcome ?? 'FAIL',
  };
  if (start.taskId) await tx.task.update({ where: { id: start.taskId }, data: { status: 'QUEUED' } });
  return tx.taskExecution.create({
    data: {
      organizationId,
      kind: start.kind,
      taskId: start.taskId ?? null,
      agentId: agent.id,
      agentRevisionId: revision.id,
      serverId: agent.serverId,
      prompt: start.prompt,
      variables: start.variables ?? {},
      snapshot,
      priority: start.priority ?? 'MEDIUM',
      attempt: start.attempt ?? 1,
      retryOfId: start.retryOfId ?? null,
      startedById: viewer.userId,
      isSimulated: agent.server.protocol === 'SIMULATION' || agent.modelProvider?.kind === 'SIMULATED',
      lastSeq: 1,
      events: { create: { seq: 1, type: 'STATUS_CHANGED', payload: { status: 'QUEUED' }, occurredAt: now } },
    },
    select: { id: true, priority: true },
  });
}

/** Cancels a run in any state; one that has ended stays as it is. Throws NOT_FOUND. */
export async function cancel(
  ctx: ServiceContext,
  args: { executionId: string },
): Promise<{ executionId: string }> {
  const viewer = authorize(ctx, 'cancel', executionPolicy);
  const execution = await ctx.db.taskExecution.findFirst({
    where: { AND: [scoped(ctx, 'cancel', 'TaskExecution'), { id: args.executionId }] },
    select: { id: true },
  });
  if (!execution) throw new NotFoundError('execution', ['input', 'executionId']);
  await cancelExecution(ctx, { executionId: execution.id, cancelledById: viewer.userId });
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
