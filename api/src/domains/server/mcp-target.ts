import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ServerConfiguration } from '../../generated/prisma/client.ts';
import { DriverError, type McpTarget } from '../../drivers/driver.ts';
import { digestJson, VaultError } from '../../platform/crypto.ts';
import type { Machine, Settings } from '../context.ts';
import { openCredentials, secretsIn, type ServerCredentials } from './server.credentials.ts';
import { isAllowedCommand } from './stdio-command.ts';

/** The columns of a server that say how it is reached. */
export type McpServer = Pick<
  ServerConfiguration,
  'id' | 'url' | 'command' | 'args' | 'credentials' | 'credentialsVersion' | 'callTimeoutMs'
>;

/** Long enough for `npx` to start a package that is installed. */
const CONNECT_TIMEOUT_MS = 15_000;

/** What the folder of the caller is called in the arguments of a stdio server. */
const WORKSPACE = '{workspace}';

/** Where a stdio server works when it is only asked what it can do: an empty folder of its own. */
export const probeWorkspaceOf = (settings: Pick<Settings, 'dataDir'>, serverId: string): string =>
  resolve(settings.dataDir, 'workspaces', serverId);

/**
 * How to connect to an MCP server, in the given folder. Throws DriverError (REJECTED) when its command is not allowed any
 * more or its credentials cannot be opened: both are for a person to repair.
 */
export async function mcpTargetOf(
  ctx: Pick<Machine, 'settings' | 'vault'>,
  server: McpServer,
  { workspace }: { workspace: string },
): Promise<McpTarget> {
  const { url, command, args } = server;
  const credentials = openOrReject(ctx, server);
  // The connection is part of the key too: a changed address must not go on over the old connection.
  const key = [server.id, server.credentialsVersion, digestJson({ url, command, args }).slice(0, 16)];
  const limits = {
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    callTimeoutMs: server.callTimeoutMs,
    secrets: secretsIn(credentials),
  };
  if (url !== null) {
    const headers = { ...credentials?.headers };
    if (credentials?.bearerToken) headers['authorization'] = `Bearer ${credentials.bearerToken}`;
    return { ...limits, key: key.join(':'), transport: { type: 'http', url, headers } };
  }
  if (command === null)
    throw new DriverError('REJECTED', 'The server has neither an address nor a command. Edit it.');
  if (!isAllowedCommand(ctx.settings, command)) {
    throw new DriverError(
      'REJECTED',
      `The command ${command} is not allowed on this studio. Its operator can allow it with STUDIO_STDIO_COMMANDS.`,
    );
  }
  await mkdir(workspace, { recursive: true });
  return {
    ...limits,
    key: [...key, workspace].join(':'),
    transport: {
      type: 'stdio',
      command,
      args: args.map((arg) => arg.replaceAll(WORKSPACE, workspace)),
      env: credentials?.env ?? {},
      cwd: workspace,
    },
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

/** The server of a run; null when it is gone or archived. */
export const getServerForRun = (
  machine: Pick<Machine, 'db'>,
  args: { organizationId: string; id: string },
): Promise<ServerConfiguration | null> =>
  machine.db.serverConfiguration.findFirst({ where: { ...args, archivedAt: null } });
