import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { REGISTRATION_MODES } from './domains/registration-mode.ts';
import { presetFile, STDIO_MODES, type StdioPreset } from './domains/stdio-preset.ts';
import { parseNetworks } from './platform/networks.ts';
import { isHost } from './server/origin.ts';

/**
 * The settings of the API and of the workers; the only reader of `process.env`. Every fault is reported at once,
 * by variable name and never by value.
 */
const port = z.coerce.number().int().min(1).max(65_535);
const flag = z.enum(['true', 'false']).transform((text) => text === 'true');
const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  );

const schema = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgresql:// URL' }),
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'must be a redis:// URL' }),
  /** Prefix of every key and channel, so that several studios can share one Redis. */
  REDIS_PREFIX: z
    .string()
    .regex(/^[a-z0-9-]+$/, 'must consist of a-z, 0-9 and -')
    .default('studio'),
  // Node takes an empty name for every interface.
  API_HOST: z.string().trim().min(1, 'must be an address or a name').default('127.0.0.1'),
  API_PORT: port.default(4000),
  /** Where the dashboard listens on this machine, so that its pages count as our own; unset when it is elsewhere. */
  WEB_PORT: port.optional(),
  /** Port of a worker's health and metrics endpoint; 0 takes any free one. */
  WORKER_PORT: z.coerce.number().int().min(0).max(65_535).default(0),
  WORKER_CONCURRENCY: z.coerce.number().int().min(1).max(200).default(20),
  /** Where people reach the dashboard; decides about Secure cookies and allowed origins. */
  STUDIO_PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be an http(s):// URL' })
    .default('http://localhost:3000'),
  /** Origins of other web pages that may call the API, with a token; separated by commas. */
  STUDIO_ALLOWED_ORIGINS: list.refine(
    (origins) => origins.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin),
    'must be origins such as https://tools.example.com, separated by commas',
  ),
  /** Further names under which programs reach the studio, with or without a port; separated by commas. */
  STUDIO_ALLOWED_HOSTS: list.refine(
    (hosts) => hosts.every(isHost),
    'must be names such as studio.internal or api:4000, separated by commas',
  ),
  /** Addresses and networks of the proxies before us, this machine's unless told; only they say who is behind them. */
  STUDIO_TRUSTED_PROXIES: z
    .string()
    .default('127.0.0.0/8,::1')
    .transform((text, context) => {
      const networks = parseNetworks(text);
      if (networks) return networks;
      context.addIssue({
        code: 'custom',
        message: 'must be addresses or networks such as 10.0.0.0/8, separated by commas',
      });
      return z.NEVER;
    }),
  STUDIO_DATA_DIR: z.string().min(1).default('.studio'),
  /** 32 bytes, base64: the key that encrypts every secret at rest. */
  STUDIO_ENCRYPTION_KEY: z
    .string({ error: 'is required: 32 random bytes in base64 (openssl rand -base64 32)' })
    .refine(
      (text) => Buffer.from(text, 'base64').length === 32,
      'must be 32 bytes in base64 (openssl rand -base64 32)',
    ),
  /** Lets servers and model providers live on private addresses; safe only where the network is yours. */
  STUDIO_ALLOW_PRIVATE_NETWORK: flag.default(false),
  /** Who may create an organization; unset: anybody while there is none, then nobody without an invitation. */
  STUDIO_REGISTRATION: z.preprocess(
    (text) => text || undefined,
    z.enum(REGISTRATION_MODES, 'must be OPEN, INVITE_ONLY or CLOSED').optional(),
  ),
  /** Which programs stdio servers may start; set to nothing it is OFF. */
  STUDIO_STDIO: z
    .string()
    .default('PRESETS')
    .transform((text) => text.trim() || 'OFF')
    .pipe(z.enum(STDIO_MODES, 'must be OFF, PRESETS or ADMIN')),
  /** Path of a JSON file with the operator's own presets. */
  STUDIO_STDIO_PRESETS: z.string().default('').transform(readPresets),
  /** Who is shown the schema, by introspection, suggestions and SDL; unless told, all while developing, else OPERATORS. */
  STUDIO_INTROSPECTION: z.enum(['ALL', 'MEMBERS', 'OPERATORS']).optional(),
  /** Points a minute for one address of strangers; 0 switches the limit off. */
  STUDIO_RATE_LIMIT_ANONYMOUS: z.coerce.number().int().min(0).max(10_000_000).default(100),
  /** Points a minute for one member; 0 switches the limit off. */
  STUDIO_RATE_LIMIT_MEMBER: z.coerce.number().int().min(0).max(10_000_000).default(6_000),
  /** WebSockets that one member or key may hold open on one process; 0 switches the limit off. */
  STUDIO_MAX_SOCKETS: z.coerce.number().int().min(0).max(100_000).default(50),
  /** WebSockets of one address whose callers have not signed in, on one process; 0 switches the limit off. */
  STUDIO_MAX_SOCKETS_ANONYMOUS: z.coerce.number().int().min(0).max(100_000).default(20),
  /** Operations and streams at work at once for one caller, on one process; 0 switches the limit off. */
  STUDIO_MAX_OPERATIONS: z.coerce.number().int().min(0).max(100_000).default(100),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

export type Env = z.infer<typeof schema>;

export class EnvError extends Error {
  override readonly name = 'EnvError';
}

/** Every fault of the file, each with the place where it is. */
function readPresets(path: string, context: z.RefinementCtx): StdioPreset[] {
  const fault = (message: string) => context.addIssue({ code: 'custom', message });
  if (path.trim() === '') return [];
  try {
    const result = presetFile.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    if (result.success) return result.data;
    for (const issue of result.error.issues) {
      fault(`names a file in which ${issue.path.join('.') || 'the whole'} ${describe(issue)}`);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    fault(`must be the path of a JSON file; ${code ?? 'it holds no JSON'}`);
  }
  return z.NEVER;
}

/** Throws one EnvError that lists every missing or wrong variable. */
export function readEnv(source: NodeJS.ProcessEnv = process.env): Env {
  const result = schema.safeParse(source);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `  ${issue.path.join('.')} ${describe(issue)}`);
  throw new EnvError(`Settings are missing or wrong:\n${faults.join('\n')}`);
}

function describe(issue: z.core.$ZodIssue): string {
  return issue.code === 'invalid_type' && issue.message.startsWith('Invalid input')
    ? 'is required'
    : issue.message;
}
