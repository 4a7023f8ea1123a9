import { z } from 'zod';
import { ServerProtocol, type ServerStatus } from '../../generated/prisma/enums.ts';
import { ConflictError, NotFoundError } from '../../platform/errors.ts';
import { invalid, parseInput } from '../../platform/input.ts';
import { changesOf } from '../change.ts';
import type { ServiceContext } from '../context.ts';
import { reservePlace } from '../organization/organization.service.ts';
import { authorize, scoped } from '../policy.ts';
import { newRowId } from '../row-id.ts';
import { lockRow } from '../row-lock.ts';
import { EVERYONE } from '../../platform/pubsub.ts';
import { discoverTools } from './server-probe.service.ts';
import { checkConnection, connectionColumns, isElsewhere, presetOf } from './server.connection.ts';
import { connectionInput } from './server.input.ts';
import {
  checkCredentials,
  credentialsInput,
  mergeCredentials,
  openCredentials,
  sealCredentials,
} from './server.credentials.ts';
import { planServerDeletion } from './server.deletion.ts';
import { archivedServer } from './server.errors.ts';
import { moveMaintenance } from './server.lifecycle.ts';
import { freeSlug } from './server.slug.ts';
import { serverPolicy } from './server.policy.ts';
import { requireCommandRight } from './stdio.ts';

const name = z
  .string({ error: 'Enter a name.' })
  .trim()
  .min(1, 'Enter a name.')
  .max(100, 'Keep the name to 100 characters.');
const description = z.string().trim().max(2_000, 'Keep the description to 2000 characters.');
const callTimeoutMs = z
  .int('Enter whole milliseconds.')
  .min(1_000, 'A call gets between 1000 and 3600000 milliseconds.')
  .max(3_600_000, 'A call gets between 1000 and 3600000 milliseconds.');

const creation = z.object({
  name,
  protocol: z.enum(ServerProtocol),
  description: description.nullish(),
  ...connectionInput.shape,
  callTimeoutMs: callTimeoutMs.nullish(),
  isStateless: z.boolean().nullish(),
  credentials: credentialsInput.nullish(),
});

/**
 * Saves a server and, when it can be reached, the tools it offers. One that cannot be reached is saved as OFFLINE with
 * the reason. Throws ValidationError, FORBIDDEN, PLAN_LIMIT.
 */
export async function createServer(ctx: ServiceContext, input: unknown): Promise<{ id: string }> {
  const viewer = authorize(ctx, 'create', serverPolicy);
  const data = parseInput(creation, input);
  const connection = {
    protocol: data.protocol,
    url: data.url ?? null,
    command: data.command ?? null,
    args: data.args ?? [],
    preset: data.preset ?? null,
  };
  await checkConnection(ctx, viewer, connection);
  const credentials = mergeCredentials(null, data.credentials ?? null);
  checkCredentials(ctx.settings, credentials, connection);
  const { organizationId } = viewer;
  const now = ctx.clock.now();
  const id = newRowId(now);
  await ctx.db.$transaction(async (tx) => {
    await reservePlace(tx, {
      organizationId,
      limit: 'servers',
      noun: 'servers',
      countUsed: () => tx.serverConfiguration.count({ where: { organizationId, archivedAt: null } }),
    });
    await tx.serverConfiguration.create({
      data: {
        id,
        organizationId,
        name: data.name,
        slug: await freeSlug(tx, { organizationId, name: data.name }),
        description: data.description ?? '',
        ...connectionColumns(connection),
        isStateless: data.isStateless ?? false,
        ...sealCredentials(ctx, id, credentials),
        credentialsVersion: credentials ? 1 : 0,
        status: data.protocol === 'SIMULATION' ? 'ONLINE' : 'UNKNOWN',
        statusChangedAt: now,
        ...(data.callTimeoutMs ? { callTimeoutMs: data.callTimeoutMs } : {}),
      },
    });
  });
  if (data.protocol === 'MCP') await discoverTools(ctx, { id, organizationId });
  return { id };
}

const update = z.object({
  name: name.optional(),
  description: description.nullish().transform((text) => (text === null ? '' : text)),
  ...connectionInput.shape,
  callTimeoutMs: callTimeoutMs.optional(),
  isStateless: z.boolean().optional(),
  isTrusted: z.boolean().optional(),
  credentials: credentialsInput.nullish(),
});

/** Absent is unchanged, null clears. Throws ValidationError, NotFoundError, FORBIDDEN, ConflictError. */
export async function updateServer(ctx: ServiceContext, request: { id: string; input: unknown }) {
  const viewer = authorize(ctx, 'update', serverPolicy);
  const { credentials: change, url, command, args, preset, ...data } = parseInput(update, request.input);
  const where = { AND: [scoped(ctx, 'update', 'ServerConfiguration'), { id: request.id }] };
  const before = await ctx.db.serverConfiguration.findFirst({ where });
  if (!before) throw new NotFoundError('server', ['input', 'serverId']);
  if (before.archivedAt) throw archivedServer();

  const known = { ...before, preset: presetOf(before) };
  const after = {
    protocol: before.protocol,
    url: url === undefined ? before.url : url,
    command: command === undefined ? before.command : command,
    args: args === undefined ? before.args : (args ?? []),
    preset: preset === undefined ? known.preset : preset,
  };
  const isReconnected = [url, command, args, preset].some((part) => part !== undefined);
  const isChanged = isReconnected || change !== undefined;
  if (isChanged && before.command !== null) await requireCommandRight(ctx, viewer);
  if (isReconnected) await checkConnection(ctx, viewer, after);
  const isMoved = isElsewhere(known, after);
  if (isMoved && before.credentials !== null && change === undefined) {
    throw invalid(
      'The server is now somewhere else. Enter its credentials again, or null for none.',
      'credentials',
    );
  }
  const credentials =
    change === undefined
      ? undefined
      : mergeCredentials(isMoved || change === null ? null : openCredentials(ctx, before), change);
  if (credentials) checkCredentials(ctx.settings, credentials, after);

  const status: { status: ServerStatus; statusReason: string; statusChangedAt: Date } = {
    status: 'UNKNOWN',
    statusReason: 'The connection was changed; the server was not tested since.',
    statusChangedAt: ctx.clock.now(),
  };
  const isUntested = isChanged && before.protocol === 'MCP' && before.status !== 'MAINTENANCE';
  const { count } = await ctx.db.serverConfiguration.updateMany({
    // What was checked above is what is changed: a concurrent update makes this one match nothing.
    where: { AND: [...where.AND, { updatedAt: before.updatedAt }] },
    data: {
      ...changesOf(data),
      ...(isReconnected ? connectionColumns(after) : {}),
      ...(isUntested ? status : {}),
      ...(credentials === undefined
        ? {}
        : { ...sealCredentials(ctx, request.id, credentials), credentialsVersion: { increment: 1 } }),
    },
  });
  if (count === 0) throw new ConflictError('This server was changed at the same time. Try again.');
  if (isChanged) endConnections(ctx, request.id);
  if (isChanged && before.protocol === 'MCP') await discoverTools(ctx, before);
  return { id: request.id };
}

/**
 * Deletes a server that was never used; one with history is archived when `force` says so, and its credentials are erased.
 * Throws NotFoundError, and ConflictError while agents use it.
 */
export async function deleteServer(ctx: ServiceContext, request: { id: string; force: boolean }) {
  const viewer = authorize(ctx, 'delete', serverPolicy);
  const { organizationId } = viewer;
  const { id } = request;
  const where = { AND: [scoped(ctx, 'delete', 'ServerConfiguration'), { id }] };
  await ctx.db.$transaction(async (tx) => {
    // An agent that is created for it at this moment waits, and then does not find it.
    await lockRow(tx, 'ServerConfiguration', id, 'remove');
    const server = await tx.serverConfiguration.findFirst({ where, select: { archivedAt: true } });
    if (!server) throw new NotFoundError('server', ['input', 'serverId']);
    if (server.archivedAt) return;
    const plan = await planServerDeletion(tx, { organizationId, serverId: id });
    if (plan.effect === 'REFUSED') throw new ConflictError(plan.reason, { path: ['input', 'serverId'] });
    if (plan.effect === 'DELETED') {
      await tx.serverConfiguration.deleteMany({ where });
      return;
    }
    if (!request.force) {
      throw new ConflictError(
        `This server has a history (${plan.history}), which is kept. Send force: true to archive the server.`,
        { path: ['input', 'force'], code: 'HAS_HISTORY' },
      );
    }
    await tx.serverConfiguration.updateMany({
      where,
      data: {
        archivedAt: ctx.clock.now(),
        ...sealCredentials(ctx, id, null),
        credentialsVersion: { increment: 1 },
      },
    });
  });
  endConnections(ctx, id);
  return { id };
}

/** Ends what every process has open to a server: what it started must not outlive it. */
function endConnections(ctx: ServiceContext, serverId: string): void {
  ctx.mcp.drop(serverId);
  ctx.pubsub.ring('server', EVERYONE, { serverId });
}

/** MAINTENANCE: no run starts on it, running ones finish. Throws NotFoundError, ConflictError. */
export async function setServerMaintenance(
  ctx: ServiceContext,
  request: { id: string; isInMaintenance: boolean },
) {
  authorize(ctx, 'maintain', serverPolicy);
  const server = await ctx.db.serverConfiguration.findFirst({
    where: { AND: [scoped(ctx, 'maintain', 'ServerConfiguration'), { id: request.id }] },
    select: { id: true, organizationId: true, protocol: true, archivedAt: true },
  });
  if (!server) throw new NotFoundError('server', ['input', 'serverId']);
  if (server.archivedAt) throw archivedServer();
  await moveMaintenance(ctx, server, request.isInMaintenance);
  return { id: request.id };
}
