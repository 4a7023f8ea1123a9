import type { ServerTool } from '../../generated/prisma/client.ts';
import type { Prisma, Transaction } from '../../platform/database.ts';
import type { Machine } from '../context.ts';
import { newRowId } from '../row-id.ts';
import { lockRow } from '../row-lock.ts';
import { hashDefinition, type ToolSpecification } from './tool-definition.ts';

interface Discovery {
  organizationId: string;
  serverId: string;
  tools: ToolSpecification[];
}

/**
 * Brings the catalogue in line with what a server offers now. A tool seen for the first time is pinned as it is; one whose
 * definition differs from the pinned one is held as DRIFTED until a person approves it; one that is gone is MISSING.
 */
export async function recordDiscoveredTools(
  ctx: Pick<Machine, 'db' | 'clock'>,
  { organizationId, serverId, tools }: Discovery,
): Promise<void> {
  const now = ctx.clock.now();
  const seen = new Map(tools.map((tool) => [tool.name, tool]));
  await ctx.db.$transaction(async (tx) => {
    // Two syncs of one server at once would both insert the same tool.
    await lockRow(tx, 'ServerConfiguration', serverId, 'change');
    const known = await tx.serverTool.findMany({
      where: { organizationId, serverId, tool: { kind: 'MCP' } },
      include: { tool: { select: { name: true } } },
    });
    const knownNames = new Set(known.map(({ tool }) => tool.name));
    const fresh = [...seen.values()].filter((tool) => !knownNames.has(tool.name));
    await addTools(tx, { organizationId, serverId, tools: fresh }, now);

    const vanished = known.filter(({ tool }) => !seen.has(tool.name)).map(({ id }) => id);
    await tx.serverTool.updateMany({
      where: { organizationId, id: { in: vanished } },
      data: { status: 'MISSING' },
    });
    for (const row of known) {
      const definition = seen.get(row.tool.name);
      if (definition) await compareTool(tx, row, definition, now);
    }
  });
}

async function addTools(
  tx: Transaction,
  { organizationId, serverId, tools }: Discovery,
  now: Date,
): Promise<void> {
  const rows = tools.map((definition) => ({ id: newRowId(now), definition }));
  await tx.toolDefinition.createMany({
    data: rows.map(({ id, definition }) => ({
      id,
      organizationId,
      serverId,
      kind: 'MCP' as const,
      name: definition.name,
      title: definition.title,
      description: definition.description,
      inputSchema: definition.inputSchema as Prisma.InputJsonObject,
      annotations: definition.annotations as Prisma.InputJsonObject,
    })),
  });
  await tx.serverTool.createMany({
    data: rows.map(({ id, definition }) => {
      const hash = hashDefinition(definition);
      const json = definition as unknown as Prisma.InputJsonObject;
      return {
        organizationId,
        serverId,
        toolId: id,
        status: 'AVAILABLE' as const,
        pinnedHash: hash,
        pinnedDefinition: json,
        seenHash: hash,
        seenDefinition: json,
        lastSeenAt: now,
      };
    }),
  });
}

/** The catalogue keeps telling what was approved; what was seen is kept beside it, for the comparison. */
async function compareTool(
  tx: Transaction,
  row: ServerTool,
  definition: ToolSpecification,
  now: Date,
): Promise<void> {
  const seenHash = hashDefinition(definition);
  await tx.serverTool.updateMany({
    where: { id: row.id, organizationId: row.organizationId },
    data: {
      status: seenHash === row.pinnedHash ? 'AVAILABLE' : 'DRIFTED',
      lastSeenAt: now,
      ...(seenHash === row.seenHash
        ? {}
        : { seenHash, seenDefinition: definition as unknown as Prisma.InputJsonObject }),
    },
  });
}
