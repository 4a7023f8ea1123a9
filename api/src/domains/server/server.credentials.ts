import { z } from 'zod';
import { invalid } from '../../platform/input.ts';
import type { Machine } from '../context.ts';
import { secretHint } from '../secret-hint.ts';

/** What a server is told to prove who we are. Stored encrypted as a whole; never readable through the API. */
export interface ServerCredentials {
  bearerToken?: string;
  headers?: Record<string, string>;
  env?: Record<string, string>;
}

const MAX_ENTRIES = 50;
const value = z
  .string({ error: 'Each value is a text.' })
  .max(8_192, 'A value has at most 8192 characters.')
  .regex(/^[^\0\r\n]*$/, 'A value is one line.');
const entries = (name: z.ZodType<string, string>) =>
  z
    .record(name, value)
    .refine((record) => Object.keys(record).length <= MAX_ENTRIES, `At most ${MAX_ENTRIES} entries.`);

/** RFC 9110 §5.1; what belongs to the connection itself cannot be set from outside. */
const headerName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/, 'This is not the name of a header.')
  .refine(
    (header) =>
      !/^(host|connection|content-.*|transfer-encoding|upgrade|te|trailer|keep-alive|mcp-.*)$/i.test(header),
    'This header is set by the studio itself.',
  );
/** A variable that makes a loader run other code would get around the list of allowed commands. */
const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, 'This is not the name of an environment variable.')
  .refine(
    (variable) =>
      !/^(LD_.*|DYLD_.*|NODE_OPTIONS|NODE_PATH|PYTHONPATH|PYTHONSTARTUP|BASH_ENV|ENV|PATH)$/i.test(variable),
    'This variable decides which code is run and cannot be set.',
  );

export const credentialsInput = z.object({
  bearerToken: value.min(1, 'Enter the token, or null for none.').nullish(),
  headers: entries(headerName).nullish(),
  env: entries(variableName).nullish(),
});

export type CredentialsInput = z.output<typeof credentialsInput>;

/** The credentials after a change: in each part absent is unchanged and null clears. Null when nothing is left. */
export function mergeCredentials(
  before: ServerCredentials | null,
  change: CredentialsInput | null,
): ServerCredentials | null {
  if (change === null) return null;
  const merged: ServerCredentials = {};
  const bearerToken = change.bearerToken === undefined ? before?.bearerToken : change.bearerToken;
  const headers = change.headers === undefined ? before?.headers : change.headers;
  const env = change.env === undefined ? before?.env : change.env;
  if (bearerToken) merged.bearerToken = bearerToken;
  if (headers && Object.keys(headers).length > 0) merged.headers = headers;
  if (env && Object.keys(env).length > 0) merged.env = env;
  return Object.keys(merged).length > 0 ? merged : null;
}

/** Throws ValidationError when a part would never be used, or two would contradict each other. */
export function checkCredentials(
  credentials: ServerCredentials | null,
  connection: { url: string | null; command: string | null },
): void {
  if (!credentials) return;
  if (credentials.env && !connection.command) {
    throw invalid(
      'An environment is for servers that are started by a command. Use a token or headers.',
      'credentials',
      'env',
    );
  }
  if (!connection.url && (credentials.bearerToken || credentials.headers)) {
    const part = credentials.bearerToken ? 'bearerToken' : 'headers';
    throw invalid('Tokens and headers are for servers with an address. Use env.', 'credentials', part);
  }
  const hasAuthorization = Object.keys(credentials.headers ?? {}).some((name) =>
    /^authorization$/i.test(name),
  );
  if (credentials.bearerToken && hasAuthorization) {
    throw invalid('Give either a bearerToken or an Authorization header.', 'credentials', 'headers');
  }
}

const owner = (id: string) => ({ table: 'ServerConfiguration', id, field: 'credentials' });

/** The columns of these credentials. */
export function sealCredentials(
  ctx: Pick<Machine, 'vault'>,
  id: string,
  credentials: ServerCredentials | null,
): { credentials: string | null; credentialsHint: string | null } {
  return {
    credentials: credentials && ctx.vault.seal(JSON.stringify(credentials), owner(id)),
    credentialsHint: credentials?.bearerToken ? secretHint(credentials.bearerToken) : null,
  };
}

/** Throws VaultError when they were sealed with another key. */
export function openCredentials(
  ctx: Pick<Machine, 'vault'>,
  server: { id: string; credentials: string | null },
): ServerCredentials | null {
  if (server.credentials === null) return null;
  return JSON.parse(ctx.vault.open(server.credentials, owner(server.id))) as ServerCredentials;
}
