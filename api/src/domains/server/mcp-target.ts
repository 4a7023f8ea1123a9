import { mkdir } from 'node:fs/promises';
import { dirname, isAbsolute, resolve } from 'node:path';
import type { ServerConfiguration, ServerCredential } from '../../generated/prisma/client.ts';
import { type Confinement, DriverError, type Isolation, type McpTarget } from '../../drivers/driver.ts';
import { digestJson, VaultError } from '../../platform/crypto.ts';
import { rowsOf } from '../../platform/read-together.ts';
import type { Machine, Settings } from '../context.ts';
import { fillIn, type StdioPreset } from '../stdio-preset.ts';
import {
  credentialsFor,
  openCredentials,
  type SealedCredential,
  secretsIn,
  type ServerCredentials,
} from './server.credentials.ts';
import { fillInArguments, findPreset, offeredPresets, requireCommandStart } from './stdio.ts';
import { presetOf } from './server.connection.ts';

/** A server with the credential by which somebody uses it: none or one, as `credentialsFor` reads it. */
export type ReachableServer = ServerConfiguration & { credentials: ServerCredential[] };

/** What of it says how it is reached. */
export type McpServer = Pick<
  ServerConfiguration,
  | 'id'
  | 'organizationId'
  | 'url'
  | 'command'
  | 'args'
  | 'preset'
  | 'presetParameters'
  | 'callTimeoutMs'
  | 'isStateless'
> & { credentials: SealedCredential[] };

const CONNECT_TIMEOUT_MS = 15_000;
/** A command may be one that fetches its program first, as `npx` does. */
const START_LIMIT_MS = 60_000;

/** Where a stdio server works when it is only asked what it can do: an empty folder of its own. */
export const probeWorkspaceOf = (settings: Pick<Settings, 'dataDir'>, serverId: string): string =>
  resolve(settings.dataDir, 'workspaces', serverId);

/** Of a command nobody has said what it needs. */
const COMMAND_CONFINEMENT: Confinement = { network: true, fileSystem: null };

const confinementOf = (preset: StdioPreset, writable: string[]): Confinement => ({
  network: preset.needsNetwork,
  fileSystem: {
    readable: [
      ...preset.readableFolders,
      ...(isAbsolute(preset.program) ? [dirname(preset.program)] : []),
      ...(preset.folder === undefined ? [] : [preset.folder]),
    ],
    writable,
  },
});

/** What a program is kept from. */
export type ProgramIsolation = Isolation;

/**
 * What holds of the program of a server on the machine of this process; null for one that has none, or whose preset is
 * gone.
 */
export async function findIsolation(
  ctx: Pick<Machine, 'settings' | 'mcp'>,
  server: Pick<ServerConfiguration, 'command' | 'preset'>,
): Promise<ProgramIsolation | null> {
  if (server.command !== null) return ctx.mcp.isolationOf(COMMAND_CONFINEMENT);
  const preset = offeredPresets(ctx.settings).find(({ name }) => name === server.preset);
  return preset ? ctx.mcp.isolationOf(confinementOf(preset, [])) : null;
}

/** What a server has downloaded is kept for all agents that use it. */
const cacheFolderOf = (settings: Pick<Settings, 'dataDir'>, serverId: string): string =>
  resolve(settings.dataDir, 'caches', serverId);

/**
 * How to connect to an MCP server, in the given folder, over a connection that belongs to `scope`, a run, or to nobody.
 * Runs share one only where a person has said that the server keeps nothing between calls. Throws DriverError (REJECTED) when its program may not be started
 * any more or its credentials cannot be opened: both are for a person to repair.
 */
export async function mcpTargetOf(
  ctx: Pick<Machine, 'db' | 'settings' | 'vault'>,
  server: McpServer,
  { workspace, scope }: { workspace: string; scope: string | null },
): Promise<McpTarget> {
  const { url, callTimeoutMs } = server;
  const credentials = openOrReject(ctx, server);
  const secrets = secretsIn(credentials);
  const owner = { serverId: server.id, scope: server.isStateless ? null : scope };
  const ownKey = (key: string) => (owner.scope === null ? key : `${key}:${owner.scope}`);
  if (url !== null) {
    const headers = { ...credentials?.headers };
    if (credentials?.bearerToken) headers['authorization'] = `Bearer ${credentials.bearerToken}`;
    return {
      ...owner,
      key: ownKey(keyOf(server, { url })),
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      callTimeoutMs,
      secrets,
      transport: { type: 'http', url, headers },
    };
  }
  const program = await programOf(ctx, server, workspace);
  await mkdir(workspace, { recursive: true });
  await mkdir(program.cacheFolder, { recursive: true });
  const caches = { npm_config_cache: program.cacheFolder, XDG_CACHE_HOME: program.cacheFolder };
  const env = Object.entries(credentials?.env ?? {}).filter(([name]) => program.accepts(name));
  return {
    // What is started is part of the key: a changed preset must not go on over the old connection.
    ...owner,
    key: ownKey(
      `${keyOf(server, { command: program.command, args: program.args, cwd: program.cwd })}:${workspace}`,
    ),
    connectTimeoutMs: program.startLimitMs,
    callTimeoutMs,
    secrets,
    transport: {
      type: 'stdio',
      command: program.command,
      args: program.args,
      env: { ...caches, ...Object.fromEntries(env) },
      cwd: program.cwd,
      confinement: program.confinement,
    },
  };
}

/**
 * The connection is part of the key: a changed address must not go on over the old one, and nobody goes over one that was
 * opened with the credential of somebody else.
 */
const keyOf = ({ id, credentials: [own] }: McpServer, connection: Record<string, unknown>): string =>
  [id, own ? `${own.id}.${own.version}` : 'none', digestJson(connection).slice(0, 16)].join(':');

interface Program {
  command: string;
  args: string[];
  cwd: string;
  cacheFolder: string;
  startLimitMs: number;
  confinement: Confinement;
  /** Whether it may be given an environment variable of this name. */
  accepts: (variable: string) => boolean;
}

/** What to start for a stdio server. Throws DriverError REJECTED. */
async function programOf(
  ctx: Pick<Machine, 'db' | 'settings'>,
  server: McpServer,
  workspace: string,
): Promise<Program> {
  const cacheFolder = cacheFolderOf(ctx.settings, server.id);
  const choice = presetOf(server);
  if (choice) {
    const preset = findPreset(ctx.settings, choice);
    const { args, folders } = await fillInArguments(preset, { parameters: choice.parameters, workspace });
    return {
      command: preset.program,
      args,
      cwd: preset.folder ?? workspace,
      cacheFolder: preset.cacheFolder ?? cacheFolder,
      startLimitMs: preset.startLimitMs,
      confinement: confinementOf(preset, [workspace, preset.cacheFolder ?? cacheFolder, ...folders]),
      accepts: (variable) => preset.environment.includes(variable),
    };
  }
  if (server.command === null) {
    throw new DriverError('REJECTED', 'The server has neither an address nor a program. Edit it.');
  }
  await requireCommandStart(ctx, server);
  return {
    command: server.command,
    args: server.args.map((arg) => fillIn(arg, { workspace })),
    cwd: workspace,
    cacheFolder,
    startLimitMs: START_LIMIT_MS,
    confinement: COMMAND_CONFINEMENT,
    accepts: () => true,
  };
}

function openOrReject(ctx: Pick<Machine, 'vault'>, server: McpServer): ServerCredentials | null {
  try {
    return openCredentials(ctx, server);
  } catch (error) {
    if (error instanceof VaultError) throw new DriverError('REJECTED', error.message, { cause: error });
    throw error;
  }
}

/** The server of a run, as whoever started it uses it; none when it is gone or archived. */
export const serverRows = ({
  userId,
  ...args
}: {
  organizationId: string;
  id: string;
  userId: string | null;
}) =>
  rowsOf('ServerConfiguration', {
    where: { ...args, archivedAt: null },
    include: { credentials: credentialsFor(userId) },
  });
