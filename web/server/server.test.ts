// @vitest-environment node
import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ServerBuild } from '@remix-run/node';
import type { RequestHandler } from 'express';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { isForApi } from './api-proxy.ts';
import { createApp } from './app.ts';
import { readEnv } from './env.ts';

const servers: Server[] = [];

const listen = async (server: Server): Promise<string> => {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

/** One page, which says where its visitor comes from. */
const build = {
  entry: { module: {} },
  routes: {
    address: {
      id: 'address',
      path: '/address',
      module: {
        loader: ({ context }: { context: { clientAddress: string } }) => new Response(context.clientAddress),
      },
    },
  },
  future: {},
  assets: { routes: {} },
} as unknown as ServerBuild;

/** The web server before an API that answers with what it was asked. */
async function openStudio(settings: Record<string, string> = {}): Promise<string> {
  const apiOrigin = await listen(
    createServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ url: request.url, headers: request.headers }));
    }),
  );
  const noAssets: RequestHandler = (_request, _response, next) => next();
  const { app } = createApp({
    env: { ...readEnv({ STUDIO_ALLOWED_HOSTS: 'web.internal', ...settings }), apiOrigin },
    log: pino({ level: 'silent' }),
    build,
    assets: noAssets,
  });
  return listen(createServer(app));
}

afterEach(async () => {
  await Promise.all(
    servers.splice(0).map((server) => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    }),
  );
});

describe('the web server', () => {
  it('[START-4] names every setting that is wrong, in one message', () => {
    expect(() =>
      readEnv({ WEB_PORT: '99999', API_URL: 'ftp://api', STUDIO_TRUSTED_PROXIES: 'proxy' }),
    ).toThrow(/WEB_PORT[\s\S]*API_URL[\s\S]*STUDIO_TRUSTED_PROXIES/);
    expect(readEnv({ WEB_PORT: '', API_PORT: '4100' })).toMatchObject({
      port: 3000,
      apiOrigin: 'http://127.0.0.1:4100',
    });
  });

  it('[API-7] gives a person the explorer and a program the API', () => {
    const ask = (method: string, url: string, accept?: string) =>
      isForApi({ method, url, headers: { accept } });
    expect(ask('GET', '/graphql', 'text/html,application/xhtml+xml')).toBe(false);
    expect(ask('GET', '/graphql?query=%7Bviewer%7Bid%7D%7D', 'application/json')).toBe(true);
    expect(ask('POST', '/graphql', 'text/html')).toBe(true);
    expect(ask('GET', '/graphql.data', '*/*')).toBe(false);
    expect(ask('GET', '/schema.graphql', 'text/html')).toBe(true);
    expect(ask('GET', '/possible-types.json')).toBe(true);
    expect(ask('PUT', '/graphql/stream')).toBe(true);
    expect(ask('GET', '/graphql/stream?token=one', 'text/event-stream')).toBe(true);
  });

  it('[START-6] passes requests through with the id that its answer carries', async () => {
    const origin = await openStudio();
    const response = await fetch(`${origin}/graphql`, { method: 'POST', body: '{}' });
    const seen = (await response.json()) as { url: string; headers: Record<string, string> };
    expect(seen.url).toBe('/graphql');
    expect(seen.headers['host']).toBe(new URL(origin).host);
    expect(seen.headers['x-request-id']).toBe(response.headers.get('x-request-id'));
  });

  it('[AUTH-2] tells browsers to come by TLS alone when its public URL is https', async () => {
    const secured = await fetch(`${await openStudio({ STUDIO_PUBLIC_URL: 'https://studio.test' })}/health`);
    expect(secured.headers.get('strict-transport-security')).toBe('max-age=31536000');
    const plain = await fetch(`${await openStudio()}/health`);
    expect(plain.headers.get('strict-transport-security')).toBeNull();
  });

  it('[AUTH-3] tells pages the address of a visitor, as the proxies say that it is told to believe', async () => {
    const forwarded = { headers: { 'x-forwarded-for': '203.0.113.9, 198.51.100.1, 10.1.0.2' } };
    const addressSeen = async (proxies: string): Promise<string> =>
      (await fetch(`${await openStudio({ STUDIO_TRUSTED_PROXIES: proxies })}/address`, forwarded)).text();
    expect(await addressSeen('127.0.0.1,10.1.0.0/16')).toBe('198.51.100.1');
    expect(await addressSeen('127.0.0.1')).toBe('10.1.0.2');
    expect(await addressSeen('192.0.2.1')).toBe('127.0.0.1');
  });

  it('[WEB-5] says with a code that the API is away', async () => {
    const origin = await openStudio();
    const [api] = servers;
    await new Promise((resolve) => api?.close(resolve));
    const response = await fetch(`${origin}/graphql`, { method: 'POST', body: '{}' });
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'API_UNREACHABLE' } }] });
  });

  it('[AUTH-2] answers to its own names alone', async () => {
    const origin = await openStudio();
    const { port } = new URL(origin);
    const ask = (path: string, host: string) =>
      new Promise<{ status: number; text: string }>((resolve, reject) => {
        get(origin + path, { headers: { host } }, (response) => {
          let text = '';
          response.on('data', (part: Buffer) => (text += part.toString()));
          response.on('end', () => resolve({ status: response.statusCode!, text }));
        }).on('error', reject);
      });
    for (const path of ['/', '/sign-in', '/graphql?query=%7B__typename%7D', '/assets/app.js']) {
      for (const host of [`evil.test:${port}`, 'localhost:1', `localhost.evil.test:${port}`]) {
        const { status, text } = await ask(path, host);
        expect(status).toBe(403);
        expect(text).toMatch(/STUDIO_PUBLIC_URL.*STUDIO_ALLOWED_HOSTS/);
      }
    }
    expect((await ask('/graphql?query=%7B__typename%7D', 'evil.test')).text).toContain('HOST_REFUSED');
    for (const host of [`localhost:${port}`, `[::1]:${port}`, 'localhost:3000', 'web.internal:3100'])
      expect((await ask('/schema.graphql', host)).status).toBe(200);
    expect((await ask('/health', 'evil.test')).status).toBe(200);
  });

  it('[START-6] listens on this machine alone unless told otherwise', () => {
    expect(readEnv({}).host).toBe('127.0.0.1');
    expect(readEnv({ WEB_HOST: '0.0.0.0' }).host).toBe('0.0.0.0');
  });

  it('[AUTH-2] allows only its own scripts, no frames, and no form of another site', async () => {
    const origin = await openStudio();
    const { headers } = await fetch(`${origin}/health`);
    expect(headers.get('content-security-policy')).toMatch(/script-src 'self' 'nonce-[^']+'; /);
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-powered-by')).toBeNull();
    const foreign = await fetch(`${origin}/sign-out`, {
      method: 'POST',
      headers: { origin: 'https://evil.example' },
    });
    expect(foreign.status).toBe(403);
  });
});
