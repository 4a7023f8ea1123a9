import type { Agent } from '../../generated/prisma/client.ts';
import { isForeignKeyViolation, type Transaction } from '../../platform/database.ts';
import { ConflictError, NotFoundError } from '../../platform/errors.ts';
import { invalid, parseInput } from '../../platform/input.ts';
import { changesOf } from '../change.ts';
import type { ServiceContext } from '../context.ts';
import { TERMINAL_STATUSES } from '../execution/execution.status.ts';
import { reservePlace } from '../organization/organization.service.ts';
import { authorize, scoped } from '../policy.ts';
import { lockRow } from '../row-lock.ts';
import { archivedAgent } from './agent.errors.ts';
import { checkHierarchy, lockHierarchy } from './agent.hierarchy.ts';
import { agentChange, agentCreation } from './agent.input.ts';
import { addRevision, storeRevision } from './agent.revision.ts';
import { agentPolicy } from './agent.policy.ts';

/** Creates an agent that waits for validation. Throws ValidationError, NotFoundError, PLAN_LIMIT. */
export async function createAgent(ctx: ServiceContext, input: unknown): Promise<{ id: string }> {
  const viewer = authorize(ctx, 'create', agentPolicy);
  const data = parseInput(agentCreation, input);
  const { organizationId, userId: createdById } = viewer;
  return ctx.db.$transaction(async (tx) => {
    await reservePlace(tx, {
      organizationId,
      limit: 'agents',
      noun: 'agents',
      countUsed: () => tx.agent.count({ where: { organizationId, archivedAt: null } }),
    });
    await findServer(ctx, tx, data.serverId);
    await findModelProvider(ctx, tx, data.modelProviderId);
    await checkHierarchy(tx, { ...data, organizationId, id: null });
    const { id } = await tx.agent.create({
      data: { ...changesOf(data), organizationId, createdById },
      select: { id: true },
    });
    await storeRevision(tx, { organizationId, agentId: id, createdById, note: 'Created.' });
    return { id };
  });
}

/** The columns that a revision keeps: a change of any of them makes a new one. */
const VERSIONED = [
  'systemPrompt',
  'serverId',
  'modelProviderId',
  'model',
  'capabilities',
  'maxConcurrency',
  'maxSteps',
  'maxDurationMs',
  'maxTokens',
] as const satisfies (keyof Agent)[];

/**
 * Absent is unchanged, null clears. Runs that are under way go on with the revision they began with. Throws
 * ValidationError, NotFoundError, ConflictError.
 */
export async function updateAgent(
  ctx: ServiceContext,
  args: { id: string; input: unknown },
): Promise<{ id: string }> {
  const viewer = authorize(ctx, 'update', agentPolicy);
  const changes = changesOf(parseInput(agentChange, args.input));
  const { organizationId } = viewer;
  return ctx.db.$transaction(async (tx) => {
    await lockHierarchy(tx, organizationId);
    const before = await tx.agent.findFirst({
      where: { AND: [scoped(ctx, 'update', 'Agent'), { id: args.id }] },
    });
    if (!before) throw new NotFoundError('agent', ['input', 'agentId']);
    if (before.archivedAt) throw archivedAgent();
    const after = { ...before, ...changes };

    if (changes.supervisorId === args.id) throw invalid('An agent cannot report to itself.', 'supervisorId');
    if (changes.role !== undefined || changes.supervisorId !== undefined) await checkHierarchy(tx, after);
    if (changes.modelProviderId) await findModelProvider(ctx, tx, changes.modelProviderId);
    if (changes.serverId) await findServer(ctx, tx, changes.serverId);
    if (before.state === 'ACTIVE' && after.modelProviderId === null) {
      const server = await tx.serverConfiguration.findFirstOrThrow({
        where: { id: after.serverId, organizationId },
      });
      if (server.protocol !== 'SIMULATION') {
        throw invalid(
          'An active agent needs a model provider. Choose one, or deactivate it first.',
          'modelProviderId',
        );
      }
    }

    await tx.agent.updateMany({ where: { id: args.id, organizationId }, data: changes });
    const isVersioned = VERSIONED.some(
      (column) => JSON.stringify(before[column]) !== JSON.stringify(after[column]),
    );
    if (isVersioned) {
      await addRevision(tx, { organizationId, agentId: args.id, createdById: viewer.userId, note: null });
    }
    return { id: args.id };
  });
}

/**
 * Deletes an agent that never ran, and archives one that did; its tasks are left without an agent. Throws NotFoundError,
 * and ConflictError while it has reports or runs.
 */
export async function deleteAgent(ctx: ServiceContext, args: { id: string }): Promise<{ id: string }> {
  const viewer = authorize(ctx, 'delete', agentPolicy);
  const { organizationId } = viewer;
  const { id } = args;
  try {
    await ctx.db.$transaction(async (tx) => {
      await lockHierarchy(tx, organizationId);
      await lockRow(tx, 'Agent', id, 'remove');
      const where = { AND: [scoped(ctx, 'delete', 'Agent'), { id }] };
      const agent = await tx.agent.findFirst({ where, select: { archivedAt: true } });
      if (!agent) throw new NotFoundError('agent', ['input', 'agentId']);
      if (agent.archivedAt) return;
      const hasHistory = await checkUnused(tx, { organizationId, agentId: id });
      await tx.task.updateMany({ where: { organizationId, agentId: id }, data: { agentId: null } });
      if (!hasHistory) {
        await tx.agent.deleteMany({ where });
        return;
      }
      await tx.agent.updateMany({
        where,
        // It leaves the tree, so that its supervisor can be deleted in turn.
        data: {
          archivedAt: ctx.clock.now(),
          state: 'INACTIVE',
          stateReason: 'Archived.',
          supervisorId: null,
        },
      });
    });
  } catch (error) {
    if (!isForeignKeyViolation(error)) throw error;
    throw new ConflictError('This agent was put to work at the same time. Try again.', {
      path: ['input', 'agentId'],
    });
  }
  return { id };
}

/** Whether it has a history; throws ConflictError when others depend on it now. */
async function checkUnused(
  tx: Transaction,
  { organizationId, agentId }: { organizationId: string; agentId: string },
) {
  const path = ['input', 'agentId'];
  const reports = await tx.agent.count({
    where: { organizationId, supervisorId: agentId, archivedAt: null },
  });
  if (reports > 0) {
    throw new ConflictError(
      `${reports} ${reports === 1 ? 'agent reports' : 'agents report'} to this one. Give them another supervisor first.`,
      { path },
    );
  }
  const runs = { organizationId, agentId };
  const unfinished = await tx.taskExecution.count({
    where: { ...runs, status: { notIn: [...TERMINAL_STATUSES] } },
  });
  if (unfinished > 0) {
    throw new ConflictError(
      `This agent has ${unfinished} ${unfinished === 1 ? 'run that has' : 'runs that have'} not ended. Cancel them first, or wait.`,
      { path },
    );
  }
  const used = [await tx.taskExecution.count({ where: runs }), await tx.conversation.count({ where: runs })];
  return used.some((count) => count > 0);
}

async function findServer(ctx: ServiceContext, tx: Transaction, id: string): Promise<void> {
  await lockRow(tx, 'ServerConfiguration', id, 'refer');
  const where = { AND: [scoped(ctx, 'read', 'ServerConfiguration'), { id, archivedAt: null }] };
  if (!(await tx.serverConfiguration.findFirst({ where, select: { id: true } }))) {
    throw new NotFoundError('server', ['input', 'serverId']);
  }
}

async function findModelProvider(ctx: ServiceContext, tx: Transaction, id: string | null): Promise<void> {
  if (id === null) return;
  await lockRow(tx, 'ModelProvider', id, 'refer');
  const where = { AND: [scoped(ctx, 'read', 'ModelProvider'), { id }] };
  if (!(await tx.modelProvider.findFirst({ where, select: { id: true } }))) {
    throw new NotFoundError('model provider', ['input', 'modelProviderId']);
  }
}
