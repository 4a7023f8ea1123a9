import type { AgentRole } from '../../generated/prisma/enums.ts';
import type { Prisma } from '../../platform/database.ts';
import type { ServiceContext } from '../context.ts';
import { includeArchived, oneOf, oneOfDerived, reference, text } from '../list-filters.ts';
import { by, defineListing } from '../listing.ts';
import { authorize } from '../policy.ts';
import { agentPolicy } from './agent.policy.ts';
import { type AgentStatus, whereStatus } from './agent.status.ts';

export const agentListing = defineListing({
  policy: agentPolicy,
  thing: 'agent',
  things: 'agents',
  filters: {
    name: text('name', 'Conditions on the name of the agent.'),
    role: oneOf<AgentRole>('role', 'By place in the hierarchy.'),
    status: oneOfDerived<AgentStatus>('status', 'By what they are doing, BUSY included.', whereStatus),
    serverId: reference(
      'ServerConfiguration',
      'server',
      'Those that work on this server. For VIEWER and above.',
    ),
    includeArchived,
  },
  orders: {
    CREATED_AT: by('createdAt', 'instant', 'When it was created. For VIEWER and above.'),
    NAME: by('name', 'text', 'By the name of the agent, in the order of the alphabet.'),
  },
});

/** Agents in the order in which they are shown beneath a supervisor or in the tree. */
export const BY_NAME = [{ name: 'asc' as const }, { id: 'asc' as const }];

/**
 * Every agent in use, whatever the depth, in one statement: a supervisor has a higher role than its reports, so ordering
 * by role puts parents before children.
 */
export async function listHierarchy(ctx: ServiceContext, args: { query: Prisma.AgentFindManyArgs }) {
  authorize(ctx, 'read', agentPolicy);
  return ctx.db.agent.findMany({
    ...args.query,
    where: agentListing.where(ctx, null),
    orderBy: [{ role: 'asc' }, ...BY_NAME],
  });
}
