import type { Prisma, ServerConfiguration } from '../../generated/prisma/client.ts';
import type { PermissionEffect } from '../../generated/prisma/enums.ts';
import type { Machine } from '../context.ts';
import type { ToolSpecification } from './tool-definition.ts';

/** One tool of one agent, with everything that decides about a call. */
export interface AgentTool {
  toolId: string;
  server: ServerConfiguration;
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

const include = {
  tool: {
    include: {
      serverTools: { where: { status: { in: ['AVAILABLE', 'DRIFTED'] } }, include: { server: true } },
    },
  },
} satisfies Prisma.AgentToolPermissionInclude;

type PermissionRow = Prisma.AgentToolPermissionGetPayload<{ include: typeof include }>;

/**
 * The tools that the model may be told of: a permission that is not DENY and has not expired, on a server that is in
 * use, with a definition that was approved. In order of name.
 */
export async function listVisibleTools(
  machine: Pick<Machine, 'db' | 'clock'>,
  args: { organizationId: string; agentId: string },
): Promise<AgentTool[]> {
  const rows = await machine.db.agentToolPermission.findMany({
    where: {
      organizationId: args.organizationId,
      agentId: args.agentId,
      effect: { not: 'DENY' },
      OR: [{ expiresAt: null }, { expiresAt: { gt: machine.clock.now() } }],
    },
    include,
    orderBy: { tool: { name: 'asc' } },
  });
  return rows
    .flatMap((row) => agentToolsOf(row))
    .filter((tool) => tool.approved && tool.approved.hash === tool.seenHash);
}

/** One tool as it stands at this moment; null when the agent has no permission or the tool is on no server. */
export async function findAgentTool(
  machine: Pick<Machine, 'db'>,
  args: { organizationId: string; agentId: string; toolId: string; serverId: string },
): Promise<{ isAgentActive: boolean; tool: AgentTool | null }> {
  const agent = await machine.db.agent.findFirst({
    where: { id: args.agentId, organizationId: args.organizationId },
    select: { state: true, archivedAt: true, permissions: { where: { toolId: args.toolId }, include } },
  });
  const tools = (agent?.permissions ?? []).flatMap((row) => agentToolsOf(row));
  return {
    isAgentActive: agent !== null && agent.state === 'ACTIVE' && agent.archivedAt === null,
    tool: tools.find((tool) => tool.server.id === args.serverId) ?? null,
  };
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
