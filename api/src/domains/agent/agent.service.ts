import type { Agent } from '../../generated/prisma/client.ts';
import { isForeignKeyViolation, type Transaction } from '../../platform/database.ts';
import { ConflictError, NotFoundError } from '../../platform/errors.ts';
import { invalid, parseInput } from '../../platform/input.ts';
import { change, changesOf } from '../change.ts';
import type { ServiceContext } from '../context.ts';
import { holdModelProvider } from '../model/model.uses.ts';
import { reservePlace } from '../organization/organization.service.ts';
import { authorize, scoped } from '../policy.ts';
import { lockRow } from '../row-lock.ts';
import { holdServer } from '../server/server.uses.ts';
import { archivedAgent } from './agent.errors.ts';
import { checkHierarchy, lockHierarchy } from './agent.hierarchy.ts';
import { type AgentChange, agentChange, type AgentCreation, agentCreation } from './agent.input.ts';
import { addRevision, storeRevision } from './agent.revision.ts';
import { agentPolicy } from './agent.policy.ts';

/** Creates an agent that waits for validation. Throws ValidationError, NotFoundError, PLAN_LIMIT. */
export async function createAgent(ctx: ServiceContext, input: AgentCreation): Promise<{ id: string }> {
  const { organizationId, userId: createdById } = authorize(ctx, 'create', agentPolicy);
  const data = parseInput(agentCreation, input);
  const creation = { action: 'create', policy: agentPolicy, operation: 'agentCreate' } as const;
  return change(ctx, creation, async ({ tx, record }) => {
    await reservePlace(tx, {
      organizationId,
      limit: 'agents',
      noun: 'agents',
      countUsed: () => tx.agent.count({ where: { organizationId, archivedAt: null } }),
    });
    await holdServer(tx, ctx, data.serverId);
    if (data.modelProviderId !== null) await holdModelProvider(tx, ctx, data.modelProviderId);
    await checkHierarchy(tx, { ...data, organizationId, id: null });
    const agent = await tx.agent.create({ data: { ...changesOf(data), organizationId, createdById } });
    const { id } = agent;
    await storeRevision(tx, { organizationId, agentId: id, createdById, note: 'Created.' });
    record({ policy: agentPolicy, id }, null, agent);
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
  args: { id: string; input: AgentChange },
): Promise<{ id: string }> {
  const { organizationId, userId: createdById } = authorize(ctx, 'update', agentPolicy);
  const changes = changesOf(parseInput(agentChange, args.input));
  const update = { action: 'update', policy: agentPolicy, operation: 'agentUpdate' } as const;
  return change(ctx, update, async ({ tx, record }) => {
    await lockHierarchy(tx, organizationId);
    const before = await tx.agent.findFirst({
      where: { AND: [scoped(ctx, 'update', 'Agent'), { id: args.id }] },
    });
    if (!before) throw new NotFoundError('agent', ['input', 'agentId']);
    if (before.archivedAt) throw archivedAgent();
    const after = { ...before, ...changes };

    if (changes.supervisorId === args.id) throw invalid('An agent cannot report to itself.', 'supervisorId');
    if (changes.role !== undefined || changes.supervisorId !== undefined) await checkHierarchy(tx, after);
    if (changes.modelProviderId) await holdModelProvider(tx, ctx, changes.modelProviderId);
    const server = await holdServer(tx, ctx, after.serverId);
    if (before.state === 'ACTIVE' && after.modelProviderId === null && server.protocol !== 'SIMULATION') {
      throw invalid(
        'An active agent needs a model provider. Choose one, or deactivate it first.',
        'modelProviderId',
      );
    }

    await tx.agent.updateMany({ where: { id: args.id, organizationId }, data: changes });
    const isVersioned = VERSIONED.some(
      (column) => JSON.stringify(before[column]) !== JSON.stringify(after[column]),
    );
    if (isVersioned) await addRevision(tx, { organizationId, agentId: args.id, createdById, note: null });
    record({ policy: agentPolicy, id: args.id }, before, after);
    return { id: args.id };
  });
}

/**
 * Deletes an agent that never ran, and archives one that did; its tasks are left without an agent. Throws NotFoundError,
 * and ConflictError while it has reports or runs.
 */
export async function deleteAgent(ctx: ServiceContext, args: { id: string }): Promise<{ id: string }> {
  const { id } = args;
  const target = { policy: agentPolicy, id };
  const deletion = { action: 'delete', policy: agentPolicy, operation: 'agentDelete' } as const;
  try {
    await change(ctx, deletion, async (unit) => {
      const { tx, record, viewer } = unit;
      const { organizationId } = viewer;
      await lockHierarchy(tx, organizationId);
      await lockRow(tx, 'Agent', id, 'remove');
      const where = { AND: [scoped(ctx, 'delete', 'Agent'), { id }] };
      const agent = await tx.agent.findFirst({ where });
      if (!agent) throw new NotFoundError('agent', ['input', 'agentId']);
      if (agent.archivedAt) return record(target, agent, agent);
      const hasHistory = await checkUnused(ctx, tx, { organizationId, agentId: id });
      if (hasHistory) {
        // It leaves the tree, so that its supervisor can be deleted in turn.
        const archived = {
          archivedAt: ctx.clock.now(),
          state: 'INACTIVE',
          stateReason: 'Archived.',
          supervisorId: null,
        } as const;
        record(target, agent, { ...agent, ...archived });
        await ctx.dependents.releaseTasks(unit, { organizationId, agentId: id });
        await tx.agent.updateMany({ where, data: archived });
      } else {
        record(target, agent, null);
        await ctx.dependents.releaseTasks(unit, { organizationId, agentId: id });
        await tx.agent.deleteMany({ where });
      }
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
  ctx: ServiceContext,
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
  const { total, unfinished } = await ctx.dependents.countRuns(tx, { organizationId, agentId });
  if (unfinished > 0) {
    throw new ConflictError(
      `This agent has ${unfinished} ${unfinished === 1 ? 'run that has' : 'runs that have'} not ended. Cancel them first, or wait.`,
      { path },
    );
  }
  return total > 0 || (await tx.conversation.count({ where: { organizationId, agentId } })) > 0;
}
