import type { ServerCreateInput, ServerProtocol, ServerTestInput } from '#app/gql/servers.ts';
import { linesOf, optionalTextOf, textOf } from '#app/lib/form-text.ts';
import { PROTOCOLS } from './server-status.ts';

const isProtocol = (value: string): value is ServerProtocol => value in PROTOCOLS;

/** Which part of an address each protocol has. */
export const ADDRESS_FIELDS: Record<ServerProtocol, { hasUrl: boolean; hasCommand: boolean }> = {
  MCP: { hasUrl: true, hasCommand: true },
  AGENT_HOST: { hasUrl: true, hasCommand: false },
  ACP: { hasUrl: false, hasCommand: true },
  SIMULATION: { hasUrl: false, hasCommand: false },
};

/** `Name: value`, one a line. */
function pairsOf(form: FormData, name: string, separator: ':' | '='): Record<string, string> | null {
  const pairs = linesOf(form, name).flatMap((line) => {
    const at = line.indexOf(separator);
    return at > 0 ? [[line.slice(0, at).trim(), line.slice(at + 1).trim()] as const] : [];
  });
  return pairs.length > 0 ? Object.fromEntries(pairs) : null;
}

export function readServerForm(form: FormData): ServerCreateInput {
  const protocol = textOf(form, 'protocol');
  const bearerToken = optionalTextOf(form, 'bearerToken');
  const headers = pairsOf(form, 'headers', ':');
  const env = pairsOf(form, 'env', '=');
  const command = optionalTextOf(form, 'command');
  return {
    name: textOf(form, 'name'),
    description: optionalTextOf(form, 'description'),
    protocol: isProtocol(protocol) ? protocol : 'MCP',
    url: optionalTextOf(form, 'url'),
    command,
    args: command ? linesOf(form, 'args') : null,
    credentials: bearerToken || headers || env ? { bearerToken, headers, env } : null,
  };
}

export const toTestInput = ({
  protocol,
  url,
  command,
  args,
  credentials,
}: ServerCreateInput): ServerTestInput => ({
  protocol,
  url,
  command,
  args,
  credentials,
});

/** What a refused form shows again. Secrets are not sent back to the browser. */
export type SentServer = Omit<ServerCreateInput, 'credentials'>;

export const withoutCredentials = ({ credentials: _credentials, ...sent }: ServerCreateInput): SentServer =>
  sent;
