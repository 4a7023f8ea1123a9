import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { hashPassword } from '../../api/src/domains/user/password.ts';
import { findFreePort } from '../../scripts/services/free-port.ts';
import { fillTenant, type Tenant, type TenantSize } from '../data/tenant.ts';
import { type Child, startChild } from './child.ts';
import { buildProduct } from './programs.ts';
import type { Stores } from './stores.ts';

const PASSWORD = 'correct horse battery staple';
const READY_TIMEOUT_MS = 60_000;
const POLL_MS = 20;
/** Access tokens live longer than this. */
const TOKEN_FRESH_MS = 5 * 60_000;

/** The product as it is: one API process and one worker, production, without the limits that keep one member from using it all. */
export interface Studio {
  apiUrl: string;
  port: number;
  api: Child;
  worker: Child;
  /** Of the API, from its start to its first good answer of /ready. */
  startMs: number;
  signIn(tenant: Tenant): Promise<string>;
  /** Throws what the answer complains of. */
  send<T>(tenant: Tenant, query: string, variables?: object): Promise<T>;
  stop(): Promise<void>;
}

export async function startStudio(stores: Stores): Promise<Studio> {
  await buildProduct('api');
  const port = await findFreePort();
  const apiUrl = `http://127.0.0.1:${port}`;
  const env = {
    PATH: process.env['PATH'],
    NODE_ENV: 'production',
    DATABASE_URL: stores.databaseUrl,
    REDIS_URL: stores.redisUrl,
    API_PORT: String(port),
    STUDIO_PUBLIC_URL: apiUrl,
    STUDIO_ALLOWED_HOSTS: '127.0.0.1',
    STUDIO_DATA_DIR: stores.folder,
    STUDIO_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    STUDIO_STDIO: 'OFF',
    STUDIO_RATE_LIMIT_ANONYMOUS: '0',
    STUDIO_RATE_LIMIT_MEMBER: '0',
    STUDIO_MAX_SOCKETS: '0',
    STUDIO_MAX_SOCKETS_ANONYMOUS: '0',
    STUDIO_MAX_OPERATIONS: '0',
    // What a run logs belongs to what it costs: the level stays as it is by default.
  };
  const start = (name: string, file: string) =>
    startChild({ name, args: [join('api', 'dist', file)], env, announces: false });
  const startedAt = performance.now();
  const api = await start('api', 'main.js');
  await waitUntilReady(apiUrl);
  const startMs = performance.now() - startedAt;
  const worker = await start('worker', 'worker.js');

  const tokens = new Map<string, { at: number; token: string }>();
  const post = async <T>(token: string | null, query: string, variables: object): Promise<T> => {
    const response = await fetch(`${apiUrl}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await response.json()) as { data?: T; errors?: unknown[] };
    if (errors || !data) throw new Error(`The studio answered ${JSON.stringify(errors)}`);
    return data;
  };
  async function signIn({ email }: Tenant): Promise<string> {
    const known = tokens.get(email);
    if (known && performance.now() - known.at < TOKEN_FRESH_MS) return known.token;
    const { authLogin } = await post<{ authLogin: { accessToken?: string; message?: string } }>(
      null,
      `mutation ($input: AuthLoginInput!) {
        authLogin(input: $input) { ... on AuthLoginPayload { accessToken } ... on Error { message } }
      }`,
      { input: { email, password: PASSWORD } },
    );
    if (!authLogin.accessToken) throw new Error(authLogin.message);
    tokens.set(email, { at: performance.now(), token: authLogin.accessToken });
    return authLogin.accessToken;
  }
  return {
    apiUrl,
    port,
    api,
    worker,
    startMs,
    signIn,
    send: async (tenant, query, variables = {}) => post(await signIn(tenant), query, variables),
    async stop() {
      await Promise.all([api.stop(), worker.stop()]);
    },
  };
}

async function waitUntilReady(apiUrl: string): Promise<void> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  for (;;) {
    const isReady = await fetch(`${apiUrl}/ready`).then(
      (response) => response.ok,
      () => false, // it does not listen yet
    );
    if (isReady) return;
    if (performance.now() > deadline) throw new Error(`The API at ${apiUrl} did not become ready.`);
    await delay(POLL_MS);
  }
}

let passwordHash: Promise<string> | undefined;

/** An organization of this size whose administrator can sign in. */
export async function addTenant(stores: Stores, size: TenantSize & { name: string }): Promise<Tenant> {
  passwordHash ??= hashPassword(PASSWORD);
  return fillTenant(stores.databaseUrl, { ...size, passwordHash: await passwordHash });
}
