import type { ServerCreateInput, ServerProtocol, ServerTestInput } from '#app/gql/servers.ts';
import { linesOf, optionalTextOf, textOf } from '#app/lib/form-text.ts';
import { PROTOCOLS } from './server-status.ts';

/** Among the programs of the form, the one that stands for a command of one's own: no preset has such a name. */
export const COMMAND = '/command';

const PARAMETER = 'parameter.';

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

/** A field that was left empty is a parameter that was left out. */
const parametersOf = (form: FormData): { name: string; value: string }[] =>
  [...new Set(form.keys())].flatMap((key) => {
    const value = textOf(form, key);
    return key.startsWith(PARAMETER) && value ? [{ name: key.slice(PARAMETER.length), value }] : [];
  });

export function readServerForm(form: FormData): ServerCreateInput {
  const protocol = textOf(form, 'protocol');
  const bearerToken = optionalTextOf(form, 'bearerToken');
  const headers = pairsOf(form, 'headers', ':');
  const env = pairsOf(form, 'env', '=');
  const program = textOf(form, 'program');
  const command = program === COMMAND ? optionalTextOf(form, 'command') : null;
  return {
    name: textOf(form, 'name'),
    description: optionalTextOf(form, 'description'),
    protocol: isProtocol(protocol) ? protocol : 'MCP',
    url: optionalTextOf(form, 'url'),
    command,
    args: command ? linesOf(form, 'args') : null,
    preset: program && program !== COMMAND ? { name: program, parameters: parametersOf(form) } : null,
    credentials: bearerToken || headers || env ? { bearerToken, headers, env } : null,
  };
}

export const toTestInput = ({
  protocol,
  url,
  command,
  args,
  preset,
  credentials,
}: ServerCreateInput): ServerTestInput => ({
  protocol,
  url,
  command,
  args,
  preset,
  credentials,
});

/** What a refused form shows again. Secrets are not sent back to the browser. */
export type SentServer = Omit<ServerCreateInput, 'credentials'>;

export const withoutCredentials = ({ credentials: _credentials, ...sent }: ServerCreateInput): SentServer =>
  sent;
