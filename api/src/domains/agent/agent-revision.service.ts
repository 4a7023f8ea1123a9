import { ConflictError, NotFoundError } from '../../platform/errors.ts';
import type { ServiceContext } from '../context.ts';
import { authorize, scoped } from '../policy.ts';
import { lockRow } from '../row-lock.ts';
import { archivedAgent } from './agent.errors.ts';
import { addRevision, agentSnapshot } from './agent.revision.ts';
import { agentPolicy } from './agent.policy.ts';

/**
 * Makes the prompt, the model and the limits of an earlier revision those of the agent again, as a new revision. Its
 * server, its place in the hierarchy and its tool permissions stay. Throws NotFoundError, ConflictError.
 */
export async function restoreRevision(
  ctx: ServiceContext,
  args: { id: string; number: number },
): Promise<{ id: string }> {
  const viewer = authorize(ctx, 'update', agentPolicy);
  const { organizationId } = viewer;
  return ctx.db.$transaction(async (tx) => {
    await lockRow(tx, 'Agent', args.id, 'change');
    const where = { AND: [scoped(ctx, 'update', 'Agent'), { id: args.id }] };
    const agent = await tx.agent.findFirst({
      where,
      select: { state: true, archivedAt: true, server: { select: { protocol: true } } },
    });
    if (!agent) throw new NotFoundError('agent', ['input', 'agentId']);
    if (agent.archivedAt) throw archivedAgent();
    const revision = await tx.agentRevision.findFirst({
      where: { organizationId, agentId: args.id, number: args.number },
      select: { snapshot: true },
    });
    if (!revision) throw new NotFoundError('revision of this agent', ['input', 'number']);
    const {
      serverId: _server,
      permissions: _permissions,
      maxCostMicros,
      ...columns
    } = agentSnapshot.parse(revision.snapshot);

    const { modelProviderId } = columns;
    if (modelProviderId !== null) await lockRow(tx, 'ModelProvider', modelProviderId, 'refer');
    const isProviderGone =
      modelProviderId !== null &&
      (await tx.modelProvider.count({ where: { id: modelProviderId, organizationId } })) === 0;
    if (isProviderGone) {
      throw new ConflictError(
        'The model provider of this revision was deleted. Change the agent by hand, with another provider.',
        { path: ['input', 'number'] },
      );
    }
    if (agent.state === 'ACTIVE' && modelProviderId === null && agent.server.protocol !== 'SIMULATION') {
      throw new ConflictError(
        'This revision has no model provider, and an active agent needs one. Deactivate it first.',
        {
          path: ['input', 'number'],
        },
      );
    }
    await tx.agent.updateMany({
      where,
      data: { ...columns, maxCostMicros: maxCostMicros === null ? null : BigInt(maxCostMicros) },
    });
    await addRevision(tx, {
      organizationId,
      agentId: args.id,
      createdById: viewer.userId,
      note: `Restored from revision ${args.number}.`,
    });
    return { id: args.id };
  });
}
