import type { ServerProtocol } from '../../generated/prisma/enums.ts';
import { invalid } from '../../platform/input.ts';
import { checkAddress, isOtherOrigin } from '../address.ts';
import type { ServiceContext } from '../context.ts';
import type { Viewer } from '../policy.ts';
import { checkStdioCommand } from './stdio-command.ts';

/** How a server is reached. */
export interface Connection {
  protocol: ServerProtocol;
  url: string | null;
  command: string | null;
  args: string[];
}

/** Throws ValidationError for a connection that this version cannot make or must not make; FORBIDDEN for its command. */
export async function checkConnection(
  ctx: ServiceContext,
  viewer: Viewer,
  connection: Connection,
): Promise<void> {
  const { protocol, url, command, args } = connection;
  if (protocol === 'AGENT_HOST' || protocol === 'ACP') {
    throw invalid(`${protocol} is not available in this version. Use MCP or SIMULATION.`, 'protocol');
  }
  if (protocol === 'SIMULATION') {
    if (url !== null) throw invalid('A simulated server has no address. Leave it out.', 'url');
    if (command !== null) throw invalid('A simulated server runs no command. Leave it out.', 'command');
    return;
  }
  if (url !== null && command !== null)
    throw invalid('Enter either an address or a command, not both.', 'command');
  if (command !== null) return checkStdioCommand(viewer, ctx.settings, { command, args });
  if (args.length > 0)
    throw invalid('Arguments are for a command; a server with an address has none.', 'args');
  if (url === null) {
    throw invalid('Enter the address of the server, such as https://example.com/mcp, or a command.', 'url');
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
 * True when stored credentials would go to another host or program than they were entered for: whoever may change the
 * connection may not read them, and must not receive them this way.
 */
export function isElsewhere(before: Connection, after: Connection): boolean {
  if (before.command !== after.command) return true;
  if (before.url === null || after.url === null) return before.url !== after.url;
  return isOtherOrigin(before.url, after.url);
}
