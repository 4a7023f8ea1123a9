import type { AgentRole } from '../../generated/prisma/enums.ts';
import type { Prisma } from '../../platform/database.ts';
import { ForbiddenError, NotFoundError } from '../../platform/errors.ts';
import type { ServiceContext } from '../context.ts';
import {
  allOf,
  type EnumCondition,
  enumWhere,
  orderOf,
  type Order,
  type StringCondition,
  stringWhere,
} from '../list.ts';
import { authorize, hasRank, scoped } from '../policy.ts';
import { type AgentStatus, whereStatuses } from './agent.status.ts';

type AgentQuery = Pick<Prisma.AgentFindFirstArgs, 'select' | 'include'>;

export interface AgentFilter {
  includeArchived?: boolean | null;
  name?: StringCondition | null;
  role?: EnumCondition<AgentRole> | null;
  status?: EnumCondition<AgentStatus> | null;
  serverId?: string | null;
}

const ORDER_COLUMNS = { CREATED_AT: 'createdAt', NAME: 'name' } as const;

/** Agents in the order in which they are shown beneath a supervisor or in the tree. */
export const BY_NAME = [{ name: 'asc' as const }, { id: 'asc' as const }];

const whereOf = (ctx: ServiceContext, filter: AgentFilter | null | undefined) => ({
  AND: [
    scoped(ctx, 'read', 'Agent'),
    filter?.includeArchived ? {} : { archivedAt: null },
    whereStatuses(filter?.status) ?? {},
    allOf({
      name: stringWhere(filter?.name),
      role: enumWhere(filter?.role),
      serverId: filter?.serverId,
    }),
  ],
});

export async function listAgents(
  ctx: ServiceContext,
  args: {
    query: Prisma.AgentFindManyArgs;
    filter?: AgentFilter | null;
    orderBy?: Order<keyof typeof ORDER_COLUMNS> | null;
  },
) {
  const viewer = authorize(ctx, 'read', 'Agent');
  // A filter on a field tells its values, so it takes the right to read the field.
  if (args.filter?.serverId && !hasRank(viewer.role, 'VIEWER')) {
    throw new ForbiddenError('You may not list agents by their server.', ['filter', 'serverId']);
  }
  return ctx.db.agent.findMany({
    ...args.query,
    where: whereOf(ctx, args.filter),
    orderBy: orderOf(args.orderBy, ORDER_COLUMNS),
  });
}

export async function countAgents(
  ctx: ServiceContext,
  args: { filter?: AgentFilter | null },
): Promise<number> {
  return ctx.db.agent.count({ where: whereOf(ctx, args.filter) });
}

/** Throws NOT_FOUND. */
export async function getAgent(ctx: ServiceContext, args: { query: AgentQuery; id: string }) {
  authorize(ctx, 'read', 'Agent');
  const agent = await ctx.db.agent.findFirst({
    ...args.query,
    where: { AND: [scoped(ctx, 'read', 'Agent'), { id: args.id }] },
  });
  if (!agent) throw new NotFoundError('agent', ['id']);
  return agent;
}

/**
 * Every agent in use, whatever the depth, in one statement: a supervisor has a higher role than its reports, so ordering
 * by role puts parents before children.
 */
export async function listHierarchy(ctx: ServiceContext, args: { query: Prisma.AgentFindManyArgs }) {
  authorize(ctx, 'read', 'Agent');
  return ctx.db.agent.findMany({
    ...args.query,
    where: whereOf(ctx, null),
    orderBy: [{ role: 'asc' }, ...BY_NAME],
  });
}
