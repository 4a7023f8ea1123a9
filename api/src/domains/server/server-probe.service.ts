import { z } from 'zod';
import { ServerProtocol } from '../../generated/prisma/enums.ts';
import { DriverError, type McpProbe, type McpToolDefinition } from '../../drivers/driver.ts';
import type { Transaction } from '../../platform/database.ts';
import { ConflictError, NotFoundError } from '../../platform/errors.ts';
import { invalid, parseInput } from '../../platform/input.ts';
import { redactedError } from '../../platform/logger.ts';
import { createRedactor } from '../../platform/redaction.ts';
import { change } from '../change.ts';
import type { ServiceContext } from '../context.ts';
import { authorize, scoped } from '../policy.ts';
import { newRowId } from '../row-id.ts';
import { mcpTargetOf, type McpServer, probeWorkspaceOf, type ReachableServer } from './mcp-target.ts';
import { checkNewConnection, connectionColumns } from './server.connection.ts';
import { credentialsInput, sealCredentials, SHARED_CREDENTIALS } from './server.credentials.ts';
import { archivedServer } from './server.errors.ts';
import { connectionInput } from './server.input.ts';
import { recordFinding } from './server.lifecycle.ts';
import { serverPolicy } from './server.policy.ts';

/** What came of contacting a server. */
export interface ServerProbe {
  isReachable: boolean;
  message: string;
  /** What a person should know of a server that answered: tools that were left out. Null when there is nothing. */
  remark: string | null;
  protocolVersion: string | null;
  latencyMs: number | null;
  tools: McpToolDefinition[];
}

/** A person waits for the answer. */
const PROBE_TIMEOUT_MS = 15_000;

const SIMULATED: ServerProbe = {
  isReachable: true,
  message: 'The server is simulated: nothing outside the studio is contacted.',
  remark: null,
  protocolVersion: null,
  latencyMs: null,
  tools: [],
};

/** Asks an MCP server what it offers; that it cannot be reached is an answer too. Null when the caller has gone. */
async function probeServer(ctx: ServiceContext, server: McpServer): Promise<ServerProbe | null> {
  let redactor = createRedactor([]);
  // Whatever the other side does: a list without end, a page now and then. Told as what was found, like any other failure.
  const limit = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  try {
    const callTimeoutMs = Math.min(server.callTimeoutMs, PROBE_TIMEOUT_MS);
    const target = await mcpTargetOf(
      ctx,
      { ...server, callTimeoutMs },
      { workspace: probeWorkspaceOf(ctx.settings, server.id), scope: null },
    );
    timer = setTimeout(() => limit.abort(), target.connectTimeoutMs + callTimeoutMs);
    // It may say anything, also what it was told in confidence.
    redactor = createRedactor(target.secrets ?? []);
    const probe = redactor.redact(await ctx.mcp.probe(target, AbortSignal.any([ctx.signal, limit.signal])));
    return { ...describeProbe(probe), protocolVersion: probe.protocolVersion };
  } catch (error) {
    if (!(error instanceof DriverError)) throw redactedError(error, redactor);
    if (error.code === 'CANCELLED' && !limit.signal.aborted) return null;
    const message = limit.signal.aborted
      ? 'The server answered, but did not come to the end of its tools in time. Test it again, or look at it.'
      : redactor.redact(error.message);
    const nothing = { remark: null, protocolVersion: null, latencyMs: null, tools: [] };
    return { isReachable: false, message, ...nothing };
  } finally {
    clearTimeout(timer);
  }
}

function describeProbe(probe: McpProbe): Omit<ServerProbe, 'protocolVersion'> {
  const { tools, latencyMs } = probe;
  const count = tools.length === 1 ? '1 tool' : `${tools.length} tools`;
  const invalid = tools.filter(({ fault }) => fault !== undefined);
  const remarks = [
    ...(probe.isCut
      ? [
          `It offers more than the ${tools.length} tools that are taken from one server; the rest is left out.`,
        ]
      : []),
    ...(invalid.length > 0
      ? [
          `${invalid.length} of its tools cannot be used, because their definitions are not valid: ${invalid[0]!.name}${invalid.length > 1 ? ' and others' : ''}.`,
        ]
      : []),
  ];
  const remark = remarks.length > 0 ? remarks.join(' ') : null;
  const answered = `${probe.serverName} ${probe.serverVersion} answered in ${latencyMs} ms and offers ${count}.`;
  return { isReachable: true, message: [answered, ...remarks].join(' '), remark, latencyMs, tools };
}

const test = z.strictObject({
  serverId: z.string().nullish(),
  protocol: z.enum(ServerProtocol).nullish(),
  ...connectionInput.shape,
  credentials: credentialsInput.nullish(),
});

/**
 * Contacts a saved server, and stores what was found; or a connection that is not saved. Throws ValidationError,
 * NotFoundError, FORBIDDEN.
 */
export async function testServer(ctx: ServiceContext, input: z.input<typeof test>): Promise<ServerProbe> {
  const viewer = authorize(ctx, 'test', serverPolicy);
  const { serverId, ...data } = parseInput(test, input);
  if (serverId) {
    const given = Object.entries(data).find(([, value]) => value !== undefined && value !== null);
    if (given) throw invalid('Give either the id of a saved server or a connection, not both.', given[0]);
    return testSavedServer(ctx, serverId);
  }
  if (!data.protocol)
    throw invalid('Give the id of a saved server, or the protocol of a connection.', 'protocol');
  const { connection, credentials } = await checkNewConnection(ctx, viewer, {
    ...data,
    protocol: data.protocol,
  });
  if (data.protocol === 'SIMULATION') return noteTest(ctx, SIMULATED);
  const id = newRowId(ctx.clock.now());
  const shared = { id, serverId: id, userId: null, version: 0 };
  const server = {
    id,
    organizationId: viewer.organizationId,
    ...connectionColumns(connection),
    credentials: credentials ? [{ ...shared, ...sealCredentials(ctx, shared, credentials) }] : [],
    callTimeoutMs: PROBE_TIMEOUT_MS,
    isStateless: false,
  };
  return noteTest(ctx, (await probeServer(ctx, server)) ?? gone());
}

const TEST = { action: 'test', policy: serverPolicy, operation: 'serverTest' } as const;

/** Of a connection that is not saved nothing is stored but that somebody had it contacted. */
const noteTest = (ctx: ServiceContext, probe: ServerProbe): Promise<ServerProbe> =>
  change(ctx, TEST, async () => probe);

async function testSavedServer(ctx: ServiceContext, id: string): Promise<ServerProbe> {
  const server = await findLiveServer(ctx, 'test', id);
  const probe = server.protocol === 'SIMULATION' ? SIMULATED : ((await probeServer(ctx, server)) ?? gone());
  return change(ctx, TEST, async ({ tx, record }) => {
    await recordFinding(tx, server, probe, ctx.clock.now());
    record({ policy: serverPolicy, id }, server, server);
    return probe;
  });
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
  const probe = (await probeServer(ctx, server)) ?? gone();
  if (!probe.isReachable) {
    await ctx.db.$transaction((tx) => storeProbe(ctx, tx, server, probe));
    throw new ConflictError(`The tools could not be read. ${probe.message}`, {
      path: ['input', 'serverId'],
      code: 'SERVER_UNREACHABLE',
    });
  }
  const { id } = server;
  const syncing = { action: 'sync', policy: serverPolicy, operation: 'serverSyncTools' } as const;
  return change(ctx, syncing, async ({ tx, record }) => {
    await storeProbe(ctx, tx, server, probe);
    record({ policy: serverPolicy, id }, server, server);
    return { id };
  });
}

/** After a server was saved: contacts it and stores its tools. Whatever goes wrong, the server stays saved. */
export async function discoverTools(
  ctx: ServiceContext,
  { id, organizationId }: { id: string; organizationId: string },
): Promise<void> {
  try {
    const server = await ctx.db.serverConfiguration.findFirstOrThrow({
      where: { id, organizationId },
      include: { credentials: SHARED_CREDENTIALS },
    });
    const probe = await probeServer(ctx, server);
    if (probe) await ctx.db.$transaction((tx) => storeProbe(ctx, tx, server, probe));
  } catch (error) {
    ctx.log.warn(
      { err: error, serverId: id, requestId: ctx.requestId },
      'The tools of a saved server were not read',
    );
  }
}

async function storeProbe(
  ctx: ServiceContext,
  tx: Transaction,
  server: { id: string; organizationId: string },
  probe: ServerProbe,
): Promise<void> {
  const now = ctx.clock.now();
  await recordFinding(tx, server, probe, now);
  if (!probe.isReachable) return;
  const { id: serverId, organizationId } = server;
  await ctx.dependents.recordDiscoveredTools(tx, { organizationId, serverId, tools: probe.tools }, now);
}

/** With what the organization shares: what is found of a server is for everybody. */
async function findLiveServer(
  ctx: ServiceContext,
  action: 'test' | 'sync',
  id: string,
): Promise<ReachableServer> {
  const server = await ctx.db.serverConfiguration.findFirst({
    where: { AND: [scoped(ctx, action, 'ServerConfiguration'), { id }] },
    include: { credentials: SHARED_CREDENTIALS },
  });
  if (!server) throw new NotFoundError('server', ['input', 'serverId']);
  if (server.archivedAt) throw archivedServer();
  return server;
}

/** Nobody reads this: the connection of the caller is closed. */
function gone(): never {
  throw new DriverError('CANCELLED', 'The caller has gone.');
}
