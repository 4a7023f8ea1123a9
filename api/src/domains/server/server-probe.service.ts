import { z } from 'zod';
import type { ServerConfiguration } from '../../generated/prisma/client.ts';
import { ServerProtocol } from '../../generated/prisma/enums.ts';
import { DriverError, type McpToolDefinition } from '../../drivers/driver.ts';
import { ConflictError, NotFoundError } from '../../platform/errors.ts';
import { invalid, parseInput } from '../../platform/input.ts';
import { createRedactor } from '../../platform/redaction.ts';
import type { ServiceContext } from '../context.ts';
import { authorize, scoped } from '../policy.ts';
import { newRowId } from '../row-id.ts';
import { recordDiscoveredTools } from '../tool/tool-sync.service.ts';
import { mcpTargetOf, type McpServer, probeWorkspaceOf } from './mcp-target.ts';
import { checkConnection } from './server.connection.ts';
import {
  checkCredentials,
  credentialsInput,
  mergeCredentials,
  sealCredentials,
} from './server.credentials.ts';
import { archivedServer } from './server.errors.ts';
import { recordFinding } from './server.lifecycle.ts';
import { serverPolicy } from './server.policy.ts';

/** What came of contacting a server. */
export interface ServerProbe {
  isReachable: boolean;
  message: string;
  protocolVersion: string | null;
  latencyMs: number | null;
  tools: McpToolDefinition[];
}

/** A person waits for the answer. */
const PROBE_TIMEOUT_MS = 15_000;

const SIMULATED: ServerProbe = {
  isReachable: true,
  message: 'The server is simulated: nothing outside the studio is contacted.',
  protocolVersion: null,
  latencyMs: null,
  tools: [],
};

/** Asks an MCP server what it offers; that it cannot be reached is an answer too. Null when the caller has gone. */
async function probeServer(ctx: ServiceContext, server: McpServer): Promise<ServerProbe | null> {
  let redactor = createRedactor([]);
  try {
    const callTimeoutMs = Math.min(server.callTimeoutMs, PROBE_TIMEOUT_MS);
    const target = await mcpTargetOf(
      ctx,
      { ...server, callTimeoutMs },
      { workspace: probeWorkspaceOf(ctx.settings, server.id) },
    );
    // It may say anything, also what it was told in confidence.
    redactor = createRedactor(target.secrets ?? []);
    const probe = redactor.redact(await ctx.mcp.probe(target, ctx.signal));
    const tools = probe.tools.length === 1 ? '1 tool' : `${probe.tools.length} tools`;
    return {
      isReachable: true,
      message: `${probe.serverName} ${probe.serverVersion} answered in ${probe.latencyMs} ms and offers ${tools}.`,
      protocolVersion: probe.protocolVersion,
      latencyMs: probe.latencyMs,
      tools: probe.tools,
    };
  } catch (error) {
    if (!(error instanceof DriverError)) throw error;
    if (error.code === 'CANCELLED') return null;
    const message = redactor.redact(error.message);
    return { isReachable: false, message, protocolVersion: null, latencyMs: null, tools: [] };
  }
}

const test = z.object({
  serverId: z.string().nullish(),
  protocol: z.enum(ServerProtocol).nullish(),
  url: z.string().trim().max(2_000).nullish(),
  command: z.string().trim().max(500).nullish(),
  args: z.array(z.string().max(4_096)).max(64).nullish(),
  credentials: credentialsInput.nullish(),
});

/**
 * Contacts a saved server, and stores what was found; or a connection that is not saved. Throws ValidationError,
 * NotFoundError, FORBIDDEN.
 */
export async function testServer(ctx: ServiceContext, input: unknown): Promise<ServerProbe> {
  const viewer = authorize(ctx, 'test', serverPolicy);
  const { serverId, ...data } = parseInput(test, input);
  if (serverId) {
    const given = Object.entries(data).find(([, value]) => value !== undefined && value !== null);
    if (given) throw invalid('Give either the id of a saved server or a connection, not both.', given[0]);
    return testSavedServer(ctx, serverId);
  }
  if (!data.protocol)
    throw invalid('Give the id of a saved server, or the protocol of a connection.', 'protocol');
  const connection = {
    protocol: data.protocol,
    url: data.url ?? null,
    command: data.command ?? null,
    args: data.args ?? [],
  };
  await checkConnection(ctx, viewer, connection);
  const credentials = mergeCredentials(null, data.credentials ?? null);
  checkCredentials(credentials, connection);
  if (data.protocol === 'SIMULATION') return SIMULATED;
  const id = newRowId(ctx.clock.now());
  const { credentials: sealed } = sealCredentials(ctx, id, credentials);
  const server = {
    id,
    ...connection,
    credentials: sealed,
    credentialsVersion: 0,
    callTimeoutMs: PROBE_TIMEOUT_MS,
  };
  return (await probeServer(ctx, server)) ?? gone();
}

async function testSavedServer(ctx: ServiceContext, id: string): Promise<ServerProbe> {
  const server = await findLiveServer(ctx, 'test', id);
  const probe = server.protocol === 'SIMULATION' ? SIMULATED : await probeServer(ctx, server);
  if (probe) await recordFinding(ctx, server, probe);
  return probe ?? gone();
}

/**
 * Asks a server for its tools and brings the catalogue in line. Throws NotFoundError, and ConflictError when it cannot be
 * reached: nothing is known of its tools then.
 */
export async function syncServerTools(ctx: ServiceContext, args: { id: string }): Promise<{ id: string }> {
  authorize(ctx, 'sync', serverPolicy);
  const server = await findLiveServer(ctx, 'sync', args.id);
  if (server.protocol !== 'MCP') {
    throw new ConflictError('Only an MCP server has tools that can be discovered.', {
      path: ['input', 'serverId'],
    });
  }
  const probe = (await discover(ctx, server)) ?? gone();
  if (!probe.isReachable) {
    throw new ConflictError(`The tools could not be read. ${probe.message}`, {
      path: ['input', 'serverId'],
      code: 'SERVER_UNREACHABLE',
    });
  }
  return { id: server.id };
}

/** After a server was saved: contacts it and stores its tools. Whatever goes wrong, the server stays saved. */
export async function discoverTools(
  ctx: ServiceContext,
  { id, organizationId }: { id: string; organizationId: string },
): Promise<void> {
  try {
    await discover(ctx, await ctx.db.serverConfiguration.findFirstOrThrow({ where: { id, organizationId } }));
  } catch (error) {
    ctx.log.warn(
      { err: error, serverId: id, requestId: ctx.requestId },
      'The tools of a saved server were not read',
    );
  }
}

async function discover(ctx: ServiceContext, server: ServerConfiguration): Promise<ServerProbe | null> {
  const probe = await probeServer(ctx, server);
  if (!probe) return null;
  await recordFinding(ctx, server, probe);
  if (probe.isReachable) {
    const { id: serverId, organizationId } = server;
    await recordDiscoveredTools(ctx, { organizationId, serverId, tools: probe.tools });
  }
  return probe;
}

async function findLiveServer(
  ctx: ServiceContext,
  action: 'test' | 'sync',
  id: string,
): Promise<ServerConfiguration> {
  const server = await ctx.db.serverConfiguration.findFirst({
    where: { AND: [scoped(ctx, action, 'ServerConfiguration'), { id }] },
  });
  if (!server) throw new NotFoundError('server', ['input', 'serverId']);
  if (server.archivedAt) throw archivedServer();
  return server;
}

/** Nobody reads this: the connection of the caller is closed. */
function gone(): never {
  throw new DriverError('CANCELLED', 'The caller has gone.');
}
