import { z } from 'zod';
import type { ServerCredential } from '../../generated/prisma/client.ts';
import type { Prisma, Transaction } from '../../platform/database.ts';
import { invalid } from '../../platform/input.ts';
import type { Machine, Settings } from '../context.ts';
import { SHORTEST_SECRET } from '../../platform/redaction.ts';
import { secretHint } from '../secret-hint.ts';

/** What a server is told to prove who asks. Stored encrypted as a whole; never readable through the API. */
export interface ServerCredentials {
  bearerToken?: string;
  headers?: Record<string, string>;
  env?: Record<string, string>;
  /** What a person said of headers and variables by name; of the others name and value are judged. */
  isSecret?: Record<string, boolean>;
}

const MAX_ENTRIES = 50;
/** Every value is looked for in every text of a run, in a dozen forms that are kept in memory meanwhile. */
const MAX_CHARACTERS = 16_384;
const value = z
  .string({ error: 'Each value is a text.' })
  .max(8_192, 'A value has at most 8192 characters.')
  .regex(/^[^\0\r\n]*$/, 'A value is one line.');
const entry = z.union(
  [
    value.transform((text) => ({ value: text, isSecret: undefined })),
    z
      .strictObject({ value, isSecret: z.boolean().optional() })
      .refine(
        (marked) => marked.isSecret !== true || marked.value.length >= SHORTEST_SECRET,
        `A secret has at least ${SHORTEST_SECRET} characters: a shorter one cannot be told from ordinary words.`,
      ),
  ],
  'Each value is a text, or { value, isSecret }.',
);
const entries = (name: z.ZodType<string, string>) =>
  z
    .record(name, z.unknown().pipe(entry))
    .refine((record) => Object.keys(record).length <= MAX_ENTRIES, `At most ${MAX_ENTRIES} entries.`)
    .refine(
      (record) =>
        Object.values(record).reduce((sum, { value: text }) => sum + text.length, 0) <= MAX_CHARACTERS,
      `The values have at most ${MAX_CHARACTERS} characters altogether.`,
    );

/** RFC 9110 §5.1; what belongs to the connection itself cannot be set from outside. */
const headerName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/, 'This is not the name of a header.')
  .refine(
    (header) =>
      !/^(host|connection|content-.*|transfer-encoding|upgrade|te|trailer|keep-alive|mcp-.*)$/i.test(header),
    'This header is set by the studio itself.',
  );
const variableName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, 'This is not the name of an environment variable.');

export const credentialsInput = z.strictObject({
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
  if (bearerToken) merged.bearerToken = bearerToken;
  for (const part of ['headers', 'env'] as const) {
    const given = change[part] === undefined ? entriesOf(before, part) : (change[part] ?? {});
    for (const [name, { value: text, isSecret }] of Object.entries(given)) {
      merged[part] = { ...merged[part], [name]: text };
      if (isSecret !== undefined) merged.isSecret = { ...merged.isSecret, [name]: isSecret };
    }
  }
  return Object.keys(merged).length > 0 ? merged : null;
}

/** Stored entries, in the shape in which they are entered. */
const entriesOf = (credentials: ServerCredentials | null, part: 'headers' | 'env') =>
  Object.fromEntries(
    Object.entries(credentials?.[part] ?? {}).map(([name, text]) => [
      name,
      { value: text, isSecret: credentials?.isSecret?.[name] },
    ]),
  );

/** What must not turn up in texts: the token, and every header and variable that is a secret. */
export function secretsIn(credentials: ServerCredentials | null): string[] {
  if (!credentials) return [];
  const { bearerToken, headers, env, isSecret } = credentials;
  const secrets = Object.entries({ ...headers, ...env })
    .filter(([name, text]) => isSecret?.[name] ?? isLikelySecret(name, text))
    .flatMap(([, text]) => [text, ...innerSecrets(text)]);
  return bearerToken === undefined ? secrets : [bearerToken, ...secrets];
}

const SECRET_NAME = /key|token|secret|passw|passphrase|auth|cred|cookie|session|private|signature/i;
/** A word or two such as `production`, `application/json` or `en-US`, a switch, a port. */
const ORDINARY_VALUE = /^(?:[A-Za-z]{1,14}(?:[-_/.][A-Za-z]{1,14})?|\d{1,5})?$/;

/** Nobody said whether this is a secret: it is one unless name and value are ordinary. */
const isLikelySecret = (name: string, text: string): boolean =>
  SECRET_NAME.test(name) || !ORDINARY_VALUE.test(text);

/** `Bearer <token>` and the like: who was sent a header may tell of the token alone; of `Basic`, of the password. */
function innerSecrets(header: string): string[] {
  const [, scheme, token] = /^(basic|bearer|token|apikey) +(\S+)$/i.exec(header) ?? [];
  if (!scheme || !token) return [];
  if (scheme.toLowerCase() !== 'basic') return [token];
  const pair = Buffer.from(token, 'base64').toString();
  return [token, pair.slice(pair.indexOf(':') + 1)];
}

/**
 * Throws ValidationError when a part would never be used, or two would contradict each other, and for a variable that the
 * preset does not accept: it may decide what a program does.
 */
export function checkCredentials(
  settings: Pick<Settings, 'stdioPresets'>,
  credentials: ServerCredentials | null,
  connection: { url: string | null; command: string | null; preset: { name: string } | null },
): void {
  if (!credentials) return;
  if (credentials.env && !connection.command && !connection.preset) {
    throw invalid(
      'An environment is for servers that are started as a program. Use a token or headers.',
      'credentials',
      'env',
    );
  }
  const { preset } = connection;
  if (preset) {
    const accepted = settings.stdioPresets.find(({ name }) => name === preset.name)?.environment ?? [];
    const other = Object.keys(credentials.env ?? {}).find((name) => !accepted.includes(name));
    if (other !== undefined) {
      const names = accepted.length > 0 ? `It accepts ${accepted.join(', ')}.` : 'It accepts none.';
      throw invalid(`The preset does not accept the variable ${other}. ${names}`, 'credentials', 'env');
    }
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

/** A stored credential as it is opened. */
export type SealedCredential = Pick<ServerCredential, 'id' | 'serverId' | 'userId' | 'sealed' | 'version'>;

/** Of the credentials of a server, the one by which somebody uses it: their own, else the shared one. None of others. */
export const credentialsFor = (userId: string | null) =>
  ({
    where: { OR: [{ userId: null }, ...(userId === null ? [] : [{ userId }])] },
    orderBy: { userId: { sort: 'asc', nulls: 'last' } },
    take: 1,
  }) satisfies Prisma.ServerConfiguration$credentialsArgs;

/** What the members of an organization use a server by who have no credential of their own. */
export const SHARED_CREDENTIALS = credentialsFor(null);

/** Bound to the server and the person, so that nothing that is put into another row opens there. */
const ownerOf = ({ serverId, userId }: { serverId: string; userId: string | null }) => ({
  table: 'ServerConfiguration',
  id: serverId,
  field: userId === null ? 'credentials' : `credentials/${userId}`,
});

/** The columns of these credentials. */
export const sealCredentials = (
  ctx: Pick<Machine, 'vault'>,
  of: { serverId: string; userId: string | null },
  credentials: ServerCredentials,
): { sealed: string; hint: string | null } => ({
  sealed: ctx.vault.seal(JSON.stringify(credentials), ownerOf(of)),
  hint: credentials.bearerToken ? secretHint(credentials.bearerToken) : null,
});

/** Of a server that was read with `credentialsFor` somebody. Throws VaultError when they were sealed with another key. */
export function openCredentials(
  ctx: Pick<Machine, 'vault'>,
  { credentials: [stored] }: { credentials: SealedCredential[] },
): ServerCredentials | null {
  return stored ? (JSON.parse(ctx.vault.open(stored.sealed, ownerOf(stored))) as ServerCredentials) : null;
}

/** Replaces what the organization shares; null erases it. Call it with the row of the server locked. */
export async function storeSharedCredentials(
  tx: Transaction,
  { organizationId, serverId }: { organizationId: string; serverId: string },
  columns: { sealed: string; hint: string | null } | null,
): Promise<void> {
  const where = { organizationId, serverId, userId: null };
  if (columns === null) {
    await tx.serverCredential.deleteMany({ where });
    return;
  }
  const { count } = await tx.serverCredential.updateMany({
    where,
    data: { ...columns, version: { increment: 1 } },
  });
  if (count === 0) await tx.serverCredential.create({ data: { organizationId, serverId, ...columns } });
}

/** A server as its audit entries tell of it: that another secret was stored, and what may be read of it. */
export const withSharedCredentials = <Row extends object>(
  server: Row,
  columns: { sealed: string; hint: string | null } | null | undefined,
) => ({ ...server, credentials: columns?.sealed ?? null, credentialsHint: columns?.hint ?? null });
