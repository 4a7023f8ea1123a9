import { z } from 'zod';
import { parseNetworks, type Networks } from './networks.ts';

const port = z.coerce.number().int().min(1).max(65_535);

const variables = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test']).default('production'),
  WEB_PORT: port.default(3000),
  WEB_HOST: z.string().min(1).default('127.0.0.1'),
  API_PORT: port.default(4000),
  /** Origin of the API, without a path. */
  API_URL: z.url({ protocol: /^https?$/ }).optional(),
  /** Where people reach the dashboard. */
  STUDIO_PUBLIC_URL: z.url({ protocol: /^https?$/ }).default('http://localhost:3000'),
  /** Further names under which it is reached, with or without a port; separated by commas. */
  STUDIO_ALLOWED_HOSTS: z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((host) => host.trim().toLowerCase())
        .filter(Boolean),
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
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

export interface WebEnv {
  isDevelopment: boolean;
  port: number;
  host: string;
  apiOrigin: string;
  publicUrl: string;
  allowedHosts: string[];
  trustedProxies: Networks;
  logLevel: string;
}

/** The only reader of the environment. Throws one error that names every variable that is wrong. */
export function readEnv(source: Record<string, string | undefined>): WebEnv {
  const filled = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
  const parsed = variables.safeParse(filled);
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`The settings of the web server are not valid:\n${faults.join('\n')}`);
  }
  const env = parsed.data;
  return {
    isDevelopment: env.NODE_ENV === 'development',
    port: env.WEB_PORT,
    host: env.WEB_HOST,
    apiOrigin: new URL(env.API_URL ?? `http://127.0.0.1:${env.API_PORT}`).origin,
    publicUrl: env.STUDIO_PUBLIC_URL,
    allowedHosts: env.STUDIO_ALLOWED_HOSTS,
    trustedProxies: env.STUDIO_TRUSTED_PROXIES,
    logLevel: env.LOG_LEVEL,
  };
}
