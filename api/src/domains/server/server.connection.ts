import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import type { ServerConfiguration } from '../../generated/prisma/client.ts';
import type { ServerProtocol } from '../../generated/prisma/enums.ts';
import { invalid } from '../../platform/input.ts';
import { checkAddress, isOtherOrigin } from '../address.ts';
import type { ServiceContext } from '../context.ts';
import type { Viewer } from '../policy.ts';
import {
  checkCredentials,
  type CredentialsInput,
  mergeCredentials,
  type ServerCredentials,
} from './server.credentials.ts';
import type { connectionInput } from './server.input.ts';
import { checkPreset, type PresetChoice, requireCommandRight } from './stdio.ts';

/** How a server is reached. */
export interface Connection {
  protocol: ServerProtocol;
  url: string | null;
  command: string | null;
  args: string[];
  preset: PresetChoice | null;
}

/** The preset that a row names. */
export const presetOf = ({
  preset,
  presetParameters,
}: Pick<ServerConfiguration, 'preset' | 'presetParameters'>): PresetChoice | null =>
  preset === null ? null : { name: preset, parameters: presetParameters as Record<string, string> };

/** The columns of a connection. */
export const connectionColumns = ({ preset, ...connection }: Connection) => ({
  ...connection,
  preset: preset?.name ?? null,
  presetParameters: preset?.parameters ?? {},
});

/** Throws ValidationError for a connection that this version cannot make or must not make; FORBIDDEN for its command. */
export async function checkConnection(
  ctx: ServiceContext,
  viewer: Viewer,
  connection: Connection,
): Promise<void> {
  const { protocol, url, command, args, preset } = connection;
  if (protocol === 'AGENT_HOST' || protocol === 'ACP') {
    throw invalid(`${protocol} is not available in this version. Use MCP or SIMULATION.`, 'protocol');
  }
  if (protocol === 'SIMULATION') {
    if (url !== null) throw invalid('A simulated server has no address. Leave it out.', 'url');
    if (command !== null) throw invalid('A simulated server runs no command. Leave it out.', 'command');
    if (preset !== null) throw invalid('A simulated server starts no program. Leave it out.', 'preset');
    return;
  }
  const [, second] = Object.entries({ url, preset, command }).filter(([, value]) => value !== null);
  if (second) throw invalid('Enter an address, a preset or a command: one of them.', second[0]);
  if (command !== null) return requireCommandRight(ctx, viewer);
  if (args.length > 0) throw invalid('Arguments are for a command; only a server with one has them.', 'args');
  if (preset !== null) return void checkPreset(ctx.settings, preset);
  if (url === null) {
    throw invalid(
      'Enter the address of the server, such as https://example.com/mcp, or choose a preset.',
      'url',
    );
  }
  if (/^wss?:/i.test(url)) {
    throw invalid(
      'MCP over WebSocket is not available in this version. Enter the http(s) address of its Streamable HTTP endpoint.',
      'url',
    );
  }
  await checkAddress(ctx, url, 'url');
}

/**
 * A connection that is entered, with what it is told to let us in; absent and null are the same. Throws ValidationError,
 * FORBIDDEN.
 */
export async function checkNewConnection(
  ctx: ServiceContext,
  viewer: Viewer,
  given: EnteredConnection,
): Promise<{ connection: Connection; credentials: ServerCredentials | null }> {
  const { protocol, url = null, command = null, args, preset = null } = given;
  const connection = { protocol, url, command, args: args ?? [], preset };
  await checkConnection(ctx, viewer, connection);
  const credentials = mergeCredentials(null, given.credentials ?? null);
  checkCredentials(ctx.settings, credentials, connection);
  return { connection, credentials };
}

type EnteredConnection = z.output<typeof connectionInput> & {
  protocol: ServerProtocol;
  credentials?: CredentialsInput | null | undefined;
};

/**
 * True when stored credentials would go to another host or program than they were entered for: whoever may change the
 * connection may not read them, and must not receive them this way.
 */
export function isElsewhere(before: Connection, after: Connection): boolean {
  if (before.command !== after.command) return true;
  // A parameter may be what the program connects to.
  if (!isDeepStrictEqual(before.preset, after.preset)) return true;
  if (before.url === null || after.url === null) return before.url !== after.url;
  return isOtherOrigin(before.url, after.url);
}
