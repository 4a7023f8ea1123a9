import type { Prisma } from '../../generated/prisma/client.ts';
import type { PermissionEffect } from '../../generated/prisma/enums.ts';
import { NotFoundError } from '../../platform/errors.ts';
import { rowsOf } from '../../platform/read-together.ts';
import type { Machine, ServiceContext } from '../context.ts';
import { scoped } from '../policy.ts';
import type { ReachableServer } from '../server/mcp-target.ts';
import { credentialsFor } from '../server/server.credentials.ts';
import type { ToolSpecification } from './tool-definition.ts';

/** One tool of one agent, with everything that decides about a call. */
export interface AgentTool {
  toolId: string;
  server: ReachableServer;
  /** The definition that a person approved; what the model is told. */
  approved: { hash: string; definition: ToolSpecification } | null;
  /** Hash of the definition that the server last offered. */
  seenHash: string | null;
  isRepeatable: boolean;
  permission: {
    effect: PermissionEffect;
    expiresAt: Date | null;
    callsPerHour: number | null;
    allowedPatterns: string[];
    blockedPatterns: string[];
  };
}

const includeFor = (userId: string | null) =>
  ({
    tool: {
      include: {
        serverTools: {
          where: { status: { in: ['AVAILABLE', 'DRIFTED'] } },
          include: { server: { include: { credentials: credentialsFor(userId) } } },
        },
      },
    },
  }) satisfies Prisma.AgentToolPermissionInclude;

type PermissionRow = Prisma.AgentToolPermissionGetPayload<{ include: ReturnType<typeof includeFor> }>;

/** The agent, and for whom it works: whose credentials its calls take along. */
interface Caller {
  organizationId: string;
  agentId: string;
  userId: string | null;
}

/** The permissions of an agent that are not DENY and have not expired, in order of the tool's name. */
export const permissionRows = ({ organizationId, agentId, userId, now }: Caller & { now: Date }) =>
  rowsOf('AgentToolPermission', {
    where: {
      organizationId,
      agentId,
      effect: { not: 'DENY' },
      OR: [{ expiresAt: null }, { expiresAt: { gt: now } }],
    },
    include: includeFor(userId),
    orderBy: { tool: { name: 'asc' } },
  });

/**
 * Of what `permissionRows` found, the tools that the model may be told of: on a server that is in use, with a definition
 * that was approved.
 */
export const visibleTools = (rows: readonly PermissionRow[]): AgentTool[] =>
  rows
    .flatMap((row) => agentToolsOf(row))
    .filter((tool) => tool.approved && tool.approved.hash === tool.seenHash);

/** One tool as it stands at this moment; null when the agent has no permission or the tool is on no server. */
export async function findAgentTool(
  machine: Pick<Machine, 'db'>,
  args: Caller & { toolId: string; serverId: string },
): Promise<{ isAgentActive: boolean; tool: AgentTool | null }> {
  const agent = await machine.db.agent.findFirst({
    where: { id: args.agentId, organizationId: args.organizationId },
    select: {
      state: true,
      archivedAt: true,
      permissions: { where: { toolId: args.toolId }, include: includeFor(args.userId) },
    },
  });
  const tools = (agent?.permissions ?? []).flatMap((row) => agentToolsOf(row));
  return {
    isAgentActive: agent !== null && agent.state === 'ACTIVE' && agent.archivedAt === null,
    tool: tools.find((tool) => tool.server.id === args.serverId) ?? null,
  };
}

/** A tool on a server, and the agent that somebody asks about. Throws NOT_FOUND for either. */
export async function getToolOnServer(
  ctx: ServiceContext,
  { agentId, serverToolId }: { agentId: string; serverToolId: string },
) {
  const agents = { AND: [scoped(ctx, 'read', 'Agent'), { id: agentId }] };
  if ((await ctx.db.agent.count({ where: agents })) === 0) throw new NotFoundError('agent', ['agentId']);
  const found = await ctx.db.serverTool.findFirst({
    where: { AND: [scoped(ctx, 'read', 'ServerTool'), { id: serverToolId }] },
    include: { tool: { select: { name: true } } },
  });
  if (!found) throw new NotFoundError('tool on a server', ['serverToolId']);
  const { toolId, tool, serverId, status, pinnedHash, seenHash } = found;
  const isOffered = status === 'AVAILABLE' || status === 'DRIFTED';
  const offered = isOffered ? { approvedHash: pinnedHash, offeredHash: seenHash } : null;
  return { toolId, toolName: tool.name, serverId, offered };
}

function agentToolsOf(row: PermissionRow): AgentTool[] {
  return row.tool.serverTools
    .filter(({ server }) => server.archivedAt === null)
    .map((serverTool) => ({
      toolId: row.toolId,
      server: serverTool.server,
      approved: serverTool.pinnedHash
        ? {
            hash: serverTool.pinnedHash,
            definition: serverTool.pinnedDefinition as unknown as ToolSpecification,
          }
        : null,
      seenHash: serverTool.seenHash,
      isRepeatable: serverTool.isReadOnly || serverTool.isIdempotent,
      permission: row,
    }));
}
