import { z } from 'zod';
import { ServerProtocol, type ServerStatus } from '../../generated/prisma/enums.ts';
import { ConflictError, NotFoundError } from '../../platform/errors.ts';
import { invalid, parseInput, uncleared } from '../../platform/input.ts';
import { change, changesOf } from '../change.ts';
import type { ServiceContext } from '../context.ts';
import { reservePlace } from '../organization/organization.service.ts';
import { authorize, scoped } from '../policy.ts';
import { newRowId } from '../row-id.ts';
import { lockRow } from '../row-lock.ts';
import { EVERYONE } from '../../platform/pubsub.ts';
import { discoverTools } from './server-probe.service.ts';
import {
  checkConnection,
  checkNewConnection,
  connectionColumns,
  isElsewhere,
  presetOf,
} from './server.connection.ts';
import { connectionInput } from './server.input.ts';
import {
  checkCredentials,
  credentialsInput,
  mergeCredentials,
  openCredentials,
  sealCredentials,
  SHARED_CREDENTIALS,
  storeSharedCredentials,
  withSharedCredentials,
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

const creation = z.strictObject({
  name,
  protocol: z.enum(ServerProtocol),
  description: description.nullish(),
  ...connectionInput.shape,
  callTimeoutMs: callTimeoutMs.nullish(),
  isStateless: z.boolean().nullish(),
  credentials: credentialsInput.nullish(),
});

export type ServerCreation = z.input<typeof creation>;

/**
 * Saves a server and, when it can be reached, the tools it offers. One that cannot be reached is saved as OFFLINE with
 * the reason. Throws ValidationError, FORBIDDEN, PLAN_LIMIT.
 */
export async function createServer(ctx: ServiceContext, input: ServerCreation): Promise<{ id: string }> {
  const viewer = authorize(ctx, 'create', serverPolicy);
  const data = parseInput(creation, input);
  const { connection, credentials } = await checkNewConnection(ctx, viewer, data);
  const { organizationId } = viewer;
  const now = ctx.clock.now();
  const id = newRowId(now);
  const sealed = credentials && sealCredentials(ctx, { serverId: id, userId: null }, credentials);
  const creating = { action: 'create', policy: serverPolicy, operation: 'serverCreate' } as const;
  await change(ctx, creating, async ({ tx, record }) => {
    await reservePlace(tx, {
      organizationId,
      limit: 'servers',
      noun: 'servers',
      countUsed: () => tx.serverConfiguration.count({ where: { organizationId, archivedAt: null } }),
    });
    const server = await tx.serverConfiguration.create({
      data: {
        id,
        organizationId,
        name: data.name,
        slug: await freeSlug(tx, { organizationId, name: data.name }),
        description: data.description ?? '',
        ...connectionColumns(connection),
        isStateless: data.isStateless ?? false,
        status: data.protocol === 'SIMULATION' ? 'ONLINE' : 'UNKNOWN',
        statusChangedAt: now,
        ...(data.callTimeoutMs ? { callTimeoutMs: data.callTimeoutMs } : {}),
      },
    });
    await storeSharedCredentials(tx, { organizationId, serverId: id }, sealed);
    record({ policy: serverPolicy, id }, null, withSharedCredentials(server, sealed));
  });
  if (data.protocol === 'MCP') await discoverTools(ctx, { id, organizationId });
  return { id };
}

const update = z.strictObject({
  name: uncleared(name),
  description: description.nullish().transform((text) => (text === null ? '' : text)),
  ...connectionInput.shape,
  callTimeoutMs: uncleared(callTimeoutMs),
  isStateless: uncleared(z.boolean()),
  isTrusted: uncleared(z.boolean()),
  credentials: credentialsInput.nullish(),
});

/** Absent is unchanged, null clears. Throws ValidationError, NotFoundError, FORBIDDEN, ConflictError. */
export async function updateServer(
  ctx: ServiceContext,
  request: { id: string; input: z.input<typeof update> },
) {
  const viewer = authorize(ctx, 'update', serverPolicy);
  const { credentials: given, url, command, args, preset, ...data } = parseInput(update, request.input);
  const where = { AND: [scoped(ctx, 'update', 'ServerConfiguration'), { id: request.id }] };
  const found = await ctx.db.serverConfiguration.findFirst({
    where,
    include: { credentials: SHARED_CREDENTIALS },
  });
  if (!found) throw new NotFoundError('server', ['input', 'serverId']);
  const { credentials: stored, ...before } = found;
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
  const isChanged = isReconnected || given !== undefined;
  if (isChanged && before.command !== null) await requireCommandRight(ctx, viewer);
  if (isReconnected) await checkConnection(ctx, viewer, after);
  const isMoved = isElsewhere(known, after);
  if (isMoved && stored.length > 0 && given === undefined) {
    throw invalid(
      'The server is now somewhere else. Enter its credentials again, or null for none.',
      'credentials',
    );
  }
  const credentials =
    given === undefined
      ? undefined
      : mergeCredentials(isMoved || given === null ? null : openCredentials(ctx, found), given);
  if (credentials) checkCredentials(ctx.settings, credentials, after);

  const status: { status: ServerStatus; statusReason: string; statusChangedAt: Date } = {
    status: 'UNKNOWN',
    statusReason: 'The connection was changed; the server was not tested since.',
    statusChangedAt: ctx.clock.now(),
  };
  const isUntested = isChanged && before.protocol === 'MCP' && before.status !== 'MAINTENANCE';
  const changes = {
    ...changesOf(data),
    ...(isReconnected ? connectionColumns(after) : {}),
    ...(isUntested ? status : {}),
    // Also when nothing but the credentials changes, which are rows of their own: see the condition below.
    updatedAt: ctx.clock.now(),
  };
  const { organizationId } = viewer;
  const ofServer = { organizationId, serverId: request.id };
  const sealed =
    credentials === undefined
      ? stored[0]
      : credentials && sealCredentials(ctx, { ...ofServer, userId: null }, credentials);
  const updating = { action: 'update', policy: serverPolicy, operation: 'serverUpdate' } as const;
  await change(ctx, updating, async ({ tx, record }) => {
    const { count } = await tx.serverConfiguration.updateMany({
      // What was checked above is what is changed: a concurrent update makes this one match nothing.
      where: { AND: [...where.AND, { updatedAt: before.updatedAt }] },
      data: changes,
    });
    if (count === 0) throw new ConflictError('This server was changed at the same time. Try again.');
    if (credentials !== undefined) await storeSharedCredentials(tx, ofServer, sealed ?? null);
    // What somebody entered for themselves was entered for the former place too.
    if (isMoved) await tx.serverCredential.deleteMany({ where: { ...ofServer, userId: { not: null } } });
    record(
      { policy: serverPolicy, id: request.id },
      withSharedCredentials(before, stored[0]),
      withSharedCredentials({ ...before, ...changes }, sealed),
    );
  });
  if (isChanged) endConnections(ctx, request.id);
  if (isChanged && before.protocol === 'MCP') await discoverTools(ctx, before);
  return { id: request.id };
}

/**
 * Deletes a server that was never used; one with history is archived when `force` says so, and its credentials are erased.
 * Throws NotFoundError, and ConflictError while agents use it.
 */
export async function deleteServer(ctx: ServiceContext, request: { id: string; force: boolean }) {
  const { id } = request;
  const target = { policy: serverPolicy, id };
  const deleting = { action: 'delete', policy: serverPolicy, operation: 'serverDelete' } as const;
  const where = { AND: [scoped(ctx, 'delete', 'ServerConfiguration'), { id }] };
  await change(ctx, deleting, async ({ tx, viewer, record }) => {
    const { organizationId } = viewer;
    // An agent that is created for it at this moment waits, and then does not find it.
    await lockRow(tx, 'ServerConfiguration', id, 'remove');
    const found = await tx.serverConfiguration.findFirst({
      where,
      include: { credentials: SHARED_CREDENTIALS },
    });
    if (!found) throw new NotFoundError('server', ['input', 'serverId']);
    const {
      credentials: [shared],
      ...server
    } = found;
    const before = withSharedCredentials(server, shared);
    if (server.archivedAt) return record(target, before, before);
    const plan = await planServerDeletion(ctx, tx, { organizationId, serverId: id });
    if (plan.effect === 'REFUSED') throw new ConflictError(plan.reason, { path: ['input', 'serverId'] });
    if (plan.effect === 'DELETED') {
      await tx.serverConfiguration.deleteMany({ where });
      return record(target, before, null);
    }
    if (!request.force) {
      throw new ConflictError(
        `This server has a history (${plan.history}), which is kept. Send force: true to archive the server.`,
        { path: ['input', 'force'], code: 'HAS_HISTORY' },
      );
    }
    const archived = { archivedAt: ctx.clock.now() };
    await tx.serverConfiguration.updateMany({ where, data: archived });
    await tx.serverCredential.deleteMany({ where: { organizationId, serverId: id } });
    record(target, before, withSharedCredentials({ ...server, ...archived }, null));
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
  const { id, isInMaintenance } = request;
  const maintaining = {
    action: 'maintain',
    policy: serverPolicy,
    operation: 'serverSetMaintenance',
  } as const;
  return change(ctx, maintaining, async ({ tx, record }) => {
    const server = await tx.serverConfiguration.findFirst({
      where: { AND: [scoped(ctx, 'maintain', 'ServerConfiguration'), { id }] },
    });
    if (!server) throw new NotFoundError('server', ['input', 'serverId']);
    if (server.archivedAt) throw archivedServer();
    const moved = await moveMaintenance(tx, server, isInMaintenance, ctx.clock.now());
    record({ policy: serverPolicy, id }, server, { ...server, ...moved });
    return { id };
  });
}
