import { ConflictError, NotFoundError } from '../../platform/errors.ts';
import { change } from '../change.ts';
import type { ServiceContext } from '../context.ts';
import { tryHoldModelProvider } from '../model/model.uses.ts';
import { agentPolicy } from './agent.policy.ts';
import { addRevision, agentSnapshot } from './agent.revision.ts';
import { holdAgentToRevise } from './agent.uses.ts';

/**
 * Makes the prompt, the model and the limits of an earlier revision those of the agent again, as a new revision. Its
 * server, its place in the hierarchy and its tool permissions stay. Throws NotFoundError, ConflictError.
 */
export async function restoreRevision(
  ctx: ServiceContext,
  args: { id: string; number: number },
): Promise<{ id: string }> {
  const restoring = { action: 'update', policy: agentPolicy, operation: 'agentRestoreRevision' } as const;
  return change(ctx, restoring, async ({ tx, viewer, record }) => {
    const { organizationId } = viewer;
    const { server, ...agent } = await holdAgentToRevise(tx, ctx, args.id);
    const revision = await tx.agentRevision.findFirst({
      where: { organizationId, agentId: args.id, number: args.number },
      select: { snapshot: true },
    });
    if (!revision) throw new NotFoundError('revision of this agent', ['input', 'number']);
    const {
      serverId: _server,
      permissions: _permissions,
      maxCostMicros,
      ...rest
    } = agentSnapshot.parse(revision.snapshot);
    const columns = { ...rest, maxCostMicros: maxCostMicros === null ? null : BigInt(maxCostMicros) };

    const { modelProviderId } = columns;
    if (modelProviderId !== null && !(await tryHoldModelProvider(tx, ctx, modelProviderId))) {
      throw new ConflictError(
        'The model provider of this revision was deleted. Change the agent by hand, with another provider.',
        { path: ['input', 'number'] },
      );
    }
    if (agent.state === 'ACTIVE' && modelProviderId === null && server.protocol !== 'SIMULATION') {
      throw new ConflictError(
        'This revision has no model provider, and an active agent needs one. Deactivate it first.',
        {
          path: ['input', 'number'],
        },
      );
    }
    await tx.agent.updateMany({ where: { id: args.id, organizationId }, data: columns });
    await addRevision(tx, {
      organizationId,
      agentId: args.id,
      createdById: viewer.userId,
      note: `Restored from revision ${args.number}.`,
    });
    record({ policy: agentPolicy, id: args.id }, agent, { ...agent, ...columns });
    return { id: args.id };
  });
}
