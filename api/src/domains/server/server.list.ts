import type { ServerProtocol, ServerStatus } from '../../generated/prisma/enums.ts';
import type { Prisma } from '../../platform/database.ts';
import { NotFoundError } from '../../platform/errors.ts';
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
import { authorize, scoped } from '../policy.ts';

type ServerQuery = Pick<Prisma.ServerConfigurationFindFirstArgs, 'select' | 'include'>;

export interface ServerFilter {
  includeArchived?: boolean | null;
  name?: StringCondition | null;
  protocol?: EnumCondition<ServerProtocol> | null;
  status?: EnumCondition<ServerStatus> | null;
}

const ORDER_COLUMNS = { CREATED_AT: 'createdAt', NAME: 'name' } as const;

const whereOf = (ctx: ServiceContext, filter: ServerFilter | null | undefined) => ({
  AND: [
    scoped(ctx, 'read', 'ServerConfiguration'),
    filter?.includeArchived ? {} : { archivedAt: null },
    allOf({
      name: stringWhere(filter?.name),
      protocol: enumWhere(filter?.protocol),
      status: enumWhere(filter?.status),
    }),
  ],
});

export async function listServers(
  ctx: ServiceContext,
  args: {
    query: Prisma.ServerConfigurationFindManyArgs;
    filter?: ServerFilter | null;
    orderBy?: Order<keyof typeof ORDER_COLUMNS> | null;
  },
) {
  authorize(ctx, 'read', 'ServerConfiguration');
  return ctx.db.serverConfiguration.findMany({
    ...args.query,
    where: whereOf(ctx, args.filter),
    orderBy: orderOf(args.orderBy, ORDER_COLUMNS),
  });
}

export async function countServers(
  ctx: ServiceContext,
  args: { filter?: ServerFilter | null },
): Promise<number> {
  return ctx.db.serverConfiguration.count({ where: whereOf(ctx, args.filter) });
}

/** Throws NOT_FOUND. */
export async function getServer(ctx: ServiceContext, args: { query: ServerQuery; id: string }) {
  authorize(ctx, 'read', 'ServerConfiguration');
  const server = await ctx.db.serverConfiguration.findFirst({
    ...args.query,
    where: { AND: [scoped(ctx, 'read', 'ServerConfiguration'), { id: args.id }] },
  });
  if (!server) throw new NotFoundError('server', ['id']);
  return server;
}
