import type {
  ServerCreateInput,
  ServerCredentialsInput,
  ServerFormOptionsFragment,
  ServerFormEditQuery,
  ServerProtocol,
  ServerTestInput,
  ServerUpdateInput,
} from '#app/gql/servers.ts';
import { isChecked, linesOf, optionalNumberOf, optionalTextOf, textOf } from '#app/lib/form-text.ts';
import { PROTOCOLS } from './server-status.ts';

/** Among the programs of the form, the one that stands for a command of one's own: no preset has such a name. */
export const COMMAND = '/command';

const PARAMETER = 'parameter.';
const SECOND_MS = 1_000;

const isProtocol = (value: string): value is ServerProtocol => value in PROTOCOLS;

/** Which part of an address each protocol has. */
export const ADDRESS_FIELDS: Record<ServerProtocol, { hasUrl: boolean; hasCommand: boolean }> = {
  MCP: { hasUrl: true, hasCommand: true },
  AGENT_HOST: { hasUrl: true, hasCommand: false },
  ACP: { hasUrl: false, hasCommand: true },
  SIMULATION: { hasUrl: false, hasCommand: false },
};

export type EditedServer = NonNullable<ServerFormEditQuery['server']>;
export type Preset = NonNullable<ServerFormOptionsFragment['serverPresets']>[number];

/** What the form holds and shows again. Secrets are not among it: they are never sent back to the browser. */
export type ServerValues = Pick<
  ServerUpdateInput,
  'description' | 'url' | 'command' | 'args' | 'preset' | 'callTimeoutMs' | 'isStateless'
> & { name: string };

/** `Name: value`, one a line; a line without the separator is a name without a value. */
const pairsOf = (form: FormData, name: string, separator: ':' | '='): [name: string, value: string][] =>
  linesOf(form, name).map((line) => {
    const at = line.indexOf(separator);
    return at > 0 ? [line.slice(0, at).trim(), line.slice(at + 1).trim()] : [line, ''];
  });

/** Undefined when nothing was entered: what is saved stays. */
function entriesOf(form: FormData, name: 'headers' | 'env', separator: ':' | '=') {
  const open = pairsOf(form, `${name}Open`, separator).map(
    ([key, value]) => [key, { value, isSecret: false }] as const,
  );
  const entries = [...pairsOf(form, name, separator), ...open];
  return entries.length > 0 ? Object.fromEntries<unknown>(entries) : undefined;
}

/** Undefined when none were entered, null when those that are saved are to be removed. */
export function readCredentials(form: FormData): ServerCredentialsInput | null | undefined {
  if (isChecked(form, 'removesCredentials')) return null;
  const credentials = {
    bearerToken: optionalTextOf(form, 'bearerToken') ?? undefined,
    headers: entriesOf(form, 'headers', ':'),
    env: entriesOf(form, 'env', '='),
  };
  return Object.values(credentials).some((part) => part !== undefined) ? credentials : undefined;
}

const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);

/** A field that was left empty is a parameter that was left out. */
const parametersOf = (form: FormData): { name: string; value: string }[] =>
  [...new Set(form.keys())]
    .flatMap((key) => {
      const value = textOf(form, key);
      return key.startsWith(PARAMETER) && value ? [{ name: key.slice(PARAMETER.length), value }] : [];
    })
    .sort(byName);

export const readProtocol = (form: FormData): ServerProtocol => {
  const protocol = textOf(form, 'protocol');
  return isProtocol(protocol) ? protocol : 'MCP';
};

export function readServerForm(form: FormData): ServerValues {
  const program = textOf(form, 'program');
  const command = program === COMMAND ? optionalTextOf(form, 'command') : null;
  const callSeconds = optionalNumberOf(form, 'callSeconds');
  return {
    name: textOf(form, 'name'),
    description: optionalTextOf(form, 'description'),
    url: optionalTextOf(form, 'url'),
    command,
    args: command ? linesOf(form, 'args') : null,
    preset: program && program !== COMMAND ? { name: program, parameters: parametersOf(form) } : null,
    // A simulation has no calls to speak of; a form without the fields says nothing about them.
    ...(form.has('callSeconds') && {
      callTimeoutMs: callSeconds === null ? null : Math.round(callSeconds * SECOND_MS),
      isStateless: isChecked(form, 'isStateless'),
    }),
  };
}

/** A server as the form shows it: a parameter that was left out shows, and sends back, its default. */
export function serverFormValues(server: EditedServer, presets: Preset[]): ServerValues {
  const { preset } = server;
  const declared = presets.find(({ name }) => name === preset?.name)?.parameters ?? [];
  const parameters = new Map([
    ...declared.flatMap(({ name, default: fallback }) => (fallback ? [[name, fallback] as const] : [])),
    ...(preset?.parameters ?? []).map(({ name, value }) => [name, value] as const),
  ]);
  return {
    name: server.name ?? '',
    description: server.description,
    url: server.url,
    command: server.command,
    args: server.command ? server.args : null,
    preset: preset && {
      name: preset.name,
      parameters: [...parameters].map(([name, value]) => ({ name, value })).sort(byName),
    },
    callTimeoutMs: server.callTimeoutMs,
    isStateless: server.isStateless ?? false,
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
