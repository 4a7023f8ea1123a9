/** The launcher's settings. Whatever is wrong with them is found before anything starts, and all of it is named. */
import { randomBytes } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EnvError, readEnv } from '../../api/src/env.ts';

export const PROJECT_DIR = fileURLToPath(new URL('../..', import.meta.url));

export interface Settings {
  dataDir: string;
  webHost: string;
  webPort: number;
  apiHost: string;
  apiPort: number;
  workerCount: number;
  adminEmail: string;
  /** Undefined: generated on the first start. */
  adminPassword: string | undefined;
  /** Undefined: the embedded servers are started. */
  databaseUrl: string | undefined;
  redisUrl: string | undefined;
  publicUrl: string;
}

export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly faults: string[];

  constructor(faults: string[]) {
    super(`The studio cannot start:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}

/** The settings, or every fault in them, each beginning with the variable's name. */
export function readSettings(env: NodeJS.ProcessEnv): { settings: Settings; faults: string[] } {
  const faults: string[] = [];
  // A variable that is set to nothing is one that is not set.
  const text = (name: string) => env[name]?.trim() || undefined;
  const integer = (name: string, fallback: number, min: number, max: number) => {
    const value = text(name);
    if (value === undefined) return fallback;
    const number = Number(value);
    if (Number.isInteger(number) && number >= min && number <= max) return number;
    faults.push(`${name} must be a whole number from ${min} to ${max}.`);
    return fallback;
  };

  const dataDir = text('STUDIO_DATA_DIR') ?? '.studio';
  const webPort = integer('WEB_PORT', 3000, 1, 65_535);
  const settings: Settings = {
    dataDir: isAbsolute(dataDir) ? dataDir : join(PROJECT_DIR, dataDir),
    webHost: text('WEB_HOST') ?? '127.0.0.1',
    webPort,
    apiHost: text('API_HOST') ?? '127.0.0.1',
    apiPort: integer('API_PORT', 4000, 1, 65_535),
    workerCount: integer('WORKER_COUNT', 1, 1, 64),
    adminEmail: text('STUDIO_ADMIN_EMAIL') ?? 'admin@studio.local',
    adminPassword: text('STUDIO_ADMIN_PASSWORD'),
    databaseUrl: text('DATABASE_URL'),
    redisUrl: text('REDIS_URL'),
    publicUrl: text('STUDIO_PUBLIC_URL') ?? `http://localhost:${webPort}`,
  };

  if (settings.webPort === settings.apiPort) {
    faults.push(`API_PORT must differ from WEB_PORT; both are ${settings.webPort}.`);
  }
  if (!/^[^@\s]+@[^@\s]+$/.test(settings.adminEmail)) {
    faults.push('STUDIO_ADMIN_EMAIL must be an e-mail address.');
  }
  if (settings.adminPassword !== undefined && settings.adminPassword.length < 12) {
    faults.push('STUDIO_ADMIN_PASSWORD must have at least 12 characters; unset it to have one generated.');
  }
  faults.push(...findApplicationFaults(env, settings, faults));
  return { settings, faults };
}

/** The API's and the workers' own settings come from the same environment, so they are read here too. */
function findApplicationFaults(env: NodeJS.ProcessEnv, settings: Settings, known: string[]): string[] {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()));
  try {
    readEnv({
      STUDIO_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      DATABASE_URL: 'postgresql://embedded',
      REDIS_URL: 'redis://embedded',
      ...given,
      STUDIO_PUBLIC_URL: settings.publicUrl,
    });
    return [];
  } catch (error) {
    if (!(error instanceof EnvError)) throw error;
    return error.message
      .split('\n')
      .slice(1)
      .map((line) => `${line.trim()}.`)
      .filter((fault) => !known.some((other) => other.split(' ')[0] === fault.split(' ')[0]));
  }
}

/** Whether only this machine reaches the studio, as far as its settings tell: where it listens, and what name it has. */
export function isLoopbackOnly(settings: Pick<Settings, 'publicUrl' | 'apiHost' | 'webHost'>): boolean {
  const hosts = [settings.apiHost, settings.webHost, new URL(settings.publicUrl).hostname];
  return hosts.every((host) => /^(localhost|127(\.\d+){3}|\[?::1\]?)$/.test(host));
}

/** How this machine reaches what listens there: whoever listens on every interface does so on loopback too. */
export function urlOn(host: string, port: number): string {
  const address = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${isIPv6(address) ? `[${address}]` : address}:${port}`;
}
