import type { ServerTool } from '../../generated/prisma/client.ts';
import type { Prisma, Transaction } from '../../platform/database.ts';
import type { McpToolDefinition } from '../../drivers/driver.ts';
import type { Discovery } from '../dependents.ts';
import { newRowId } from '../row-id.ts';
import { lockRow } from '../row-lock.ts';
import { hashDefinition } from './tool-definition.ts';

/**
 * Brings the catalogue in line with what a server offers now. A tool seen for the first time is pinned as it is; one whose
 * definition differs from the pinned one is held as DRIFTED until a person approves it; one that is gone is MISSING.
 */
export async function recordDiscoveredTools(
  tx: Transaction,
  { organizationId, serverId, tools }: Discovery,
  now: Date,
): Promise<void> {
  const seen = new Map(tools.map((tool) => [tool.name, tool]));
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
    data: { status: 'MISSING', statusReason: null },
  });
  for (const row of known) {
    const definition = seen.get(row.tool.name);
    if (definition) await compareTool(tx, row, definition, now);
  }
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
      const seen = seenColumns(definition);
      const common = { organizationId, serverId, toolId: id, ...seen, lastSeenAt: now };
      // An invalid definition is nothing that a person could approve.
      if (definition.fault) return { ...common, status: 'INVALID' as const, statusReason: definition.fault };
      const pinned = { pinnedHash: seen.seenHash, pinnedDefinition: seen.seenDefinition };
      return { ...common, ...pinned, status: 'AVAILABLE' as const };
    }),
  });
}

function seenColumns({ fault: _fault, ...definition }: McpToolDefinition) {
  return {
    seenHash: hashDefinition(definition),
    seenDefinition: definition as unknown as Prisma.InputJsonObject,
  };
}

/** The catalogue keeps telling what was approved; what was seen is kept beside it, for the comparison. */
async function compareTool(
  tx: Transaction,
  row: ServerTool,
  definition: McpToolDefinition,
  now: Date,
): Promise<void> {
  const seen = seenColumns(definition);
  // One that was never valid before is like one that is seen for the first time.
  const isFirst = row.pinnedHash === null && !definition.fault;
  const pinned = isFirst ? { pinnedHash: seen.seenHash, pinnedDefinition: seen.seenDefinition } : {};
  const isApproved = isFirst || seen.seenHash === row.pinnedHash;
  await tx.serverTool.updateMany({
    where: { id: row.id, organizationId: row.organizationId },
    data: {
      status: definition.fault ? 'INVALID' : isApproved ? 'AVAILABLE' : 'DRIFTED',
      statusReason: definition.fault ?? null,
      lastSeenAt: now,
      ...pinned,
      ...(seen.seenHash === row.seenHash ? {} : seen),
    },
  });
}
