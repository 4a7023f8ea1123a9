import type { Transaction } from '../../platform/database.ts';
import { NotFoundError } from '../../platform/errors.ts';
import type { ServiceContext } from '../context.ts';
import type { UsedByAgents } from '../dependents.ts';
import { scoped } from '../policy.ts';
import { lockRow } from '../row-lock.ts';
import { archivedAgent } from './agent.errors.ts';

/** What other nouns ask of agents. */

/** Holds an agent that is in use, for a row that points at it. Throws NOT_FOUND at `path`. */
export async function holdAgent(
  tx: Transaction,
  ctx: ServiceContext,
  id: string,
  path = ['input', 'agentId'],
): Promise<void> {
  await lockRow(tx, 'Agent', id, 'refer');
  const where = { AND: [scoped(ctx, 'read', 'Agent'), { id, archivedAt: null }] };
  if ((await tx.agent.count({ where })) === 0) throw new NotFoundError('agent', path);
}

/** Holds an agent whose next revision is made, so that they are made one after the other. Throws NOT_FOUND, ARCHIVED. */
export async function holdAgentToRevise(tx: Transaction, ctx: ServiceContext, id: string) {
  await lockRow(tx, 'Agent', id, 'change');
  const agent = await tx.agent.findFirst({
    where: { AND: [scoped(ctx, 'read', 'Agent'), { id }] },
    include: { server: { select: { protocol: true } } },
  });
  if (!agent) throw new NotFoundError('agent', ['input', 'agentId']);
  if (agent.archivedAt) throw archivedAgent();
  return agent;
}

export async function countAgents(
  tx: Pick<Transaction, 'agent'>,
  of: UsedByAgents,
): Promise<{ live: number; archived: number }> {
  const total = await tx.agent.count({ where: of });
  const live = total === 0 ? 0 : await tx.agent.count({ where: { ...of, archivedAt: null } });
  return { live, archived: total - live };
}

/** An archived agent never runs again; its revisions still tell which provider it had. */
export async function forgetModelProvider(
  tx: Transaction,
  of: { organizationId: string; modelProviderId: string },
): Promise<void> {
  await tx.agent.updateMany({
    where: { ...of, archivedAt: { not: null } },
    data: { modelProviderId: null },
  });
}
