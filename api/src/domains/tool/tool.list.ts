import type { ServerToolStatus, ToolKind } from '../../generated/prisma/enums.ts';
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

export interface ToolFilter {
  kind?: EnumCondition<ToolKind> | null;
  name?: StringCondition | null;
  serverId?: string | null;
}

const TOOL_ORDER = { CREATED_AT: 'createdAt', NAME: 'name' } as const;

/** Tools of an archived server are history: listed when that server is asked for by its id. */
const toolWhere = (ctx: ServiceContext, filter: ToolFilter | null | undefined) => ({
  AND: [
    scoped(ctx, 'read', 'ToolDefinition'),
    filter?.serverId
      ? { serverId: filter.serverId }
      : { OR: [{ serverId: null }, { server: { archivedAt: null } }] },
    allOf({ kind: enumWhere(filter?.kind), name: stringWhere(filter?.name) }),
  ],
});

export async function listTools(
  ctx: ServiceContext,
  args: {
    query: Prisma.ToolDefinitionFindManyArgs;
    filter?: ToolFilter | null;
    orderBy?: Order<keyof typeof TOOL_ORDER> | null;
  },
) {
  authorize(ctx, 'read', 'ToolDefinition');
  return ctx.db.toolDefinition.findMany({
    ...args.query,
    where: toolWhere(ctx, args.filter),
    orderBy: orderOf(args.orderBy, TOOL_ORDER),
  });
}

export async function countTools(ctx: ServiceContext, args: { filter?: ToolFilter | null }): Promise<number> {
  return ctx.db.toolDefinition.count({ where: toolWhere(ctx, args.filter) });
}

export interface ServerToolFilter {
  serverId?: string | null;
  status?: EnumCondition<ServerToolStatus> | null;
}

const SERVER_TOOL_ORDER = { CREATED_AT: 'createdAt' } as const;

const serverToolWhere = (ctx: ServiceContext, filter: ServerToolFilter | null | undefined) => ({
  AND: [
    scoped(ctx, 'read', 'ServerTool'),
    filter?.serverId ? { serverId: filter.serverId } : { server: { archivedAt: null } },
    allOf({ status: enumWhere(filter?.status) }),
  ],
});

export async function listServerTools(
  ctx: ServiceContext,
  args: {
    query: Prisma.ServerToolFindManyArgs;
    filter?: ServerToolFilter | null;
    orderBy?: Order<keyof typeof SERVER_TOOL_ORDER> | null;
  },
) {
  authorize(ctx, 'read', 'ServerTool');
  return ctx.db.serverTool.findMany({
    ...args.query,
    where: serverToolWhere(ctx, args.filter),
    orderBy: orderOf(args.orderBy, SERVER_TOOL_ORDER),
  });
}

export async function countServerTools(
  ctx: ServiceContext,
  args: { filter?: ServerToolFilter | null },
): Promise<number> {
  return ctx.db.serverTool.count({ where: serverToolWhere(ctx, args.filter) });
}

/** Throws NOT_FOUND. */
export async function getServerTool(
  ctx: ServiceContext,
  args: { query: Pick<Prisma.ServerToolFindFirstArgs, 'select' | 'include'>; id: string },
) {
  authorize(ctx, 'read', 'ServerTool');
  const serverTool = await ctx.db.serverTool.findFirst({
    ...args.query,
    where: { AND: [scoped(ctx, 'read', 'ServerTool'), { id: args.id }] },
  });
  if (!serverTool) throw new NotFoundError('tool of a server', ['id']);
  return serverTool;
}

/** Throws NOT_FOUND. */
export async function getToolPermission(
  ctx: ServiceContext,
  args: { query: Pick<Prisma.AgentToolPermissionFindFirstArgs, 'select' | 'include'>; id: string },
) {
  authorize(ctx, 'read', 'AgentToolPermission');
  const permission = await ctx.db.agentToolPermission.findFirst({
    ...args.query,
    where: { AND: [scoped(ctx, 'read', 'AgentToolPermission'), { id: args.id }] },
  });
  if (!permission) throw new NotFoundError('tool permission', ['id']);
  return permission;
}
