import { request as askHttp } from 'node:http';
import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { openTestApp } from '../../test/setup/app.ts';
import { openTestMachine } from '../../test/setup/machine.ts';
import { type Asked, findRefusal, originKindOf } from './origin.ts';

const local = { publicUrl: 'http://localhost:3000', webPort: null, allowedHosts: [], allowedOrigins: [] };
const public_ = {
  publicUrl: 'https://studio.test',
  webPort: 3100,
  allowedHosts: ['api:4000', 'studio.internal'],
  allowedOrigins: ['https://tools.test'],
};
const asked = (host: string | undefined, origin?: string): Asked => ({ host, origin, localPort: 4000 });

describe('the hosts that are ours', () => {
  it.each([
    [local, 'localhost:3000', true],
    [local, '127.0.0.1:4000', true],
    [local, '[::1]:4000', true],
    [local, 'LocalHost:4000', true],
    [local, 'localhost:5000', false],
    [local, 'evil.test:4000', false],
    [local, 'evil.test:3000', false],
    [local, 'localhost.evil.test:4000', false],
    [local, '127.0.0.1.evil.test:4000', false],
    [local, 'evil.test@localhost:4000', false],
    [local, '0.0.0.0:4000', false],
    [local, '', false],
    [local, undefined, false],
    [public_, 'studio.test', true],
    [public_, 'studio.test:443', true],
    [public_, 'studio.test:8443', false],
    [public_, 'localhost:3100', true],
    [public_, 'api:4000', true],
    [public_, 'api', false],
    [public_, 'api:80', false],
    [public_, 'studio.internal', true],
    [public_, 'studio.internal:4000', true],
    [public_, 'evil.studio.test', false],
  ] as const)('[AUTH-2] of %o: %s is %s', (door, host, isOurs) => {
    const refusal = findRefusal(asked(host), door as never);
    expect(refusal === null).toBe(isOurs);
    if (!isOurs) expect(refusal).toMatchObject({ code: 'HOST_REFUSED' });
  });
});

describe('the origins of pages', () => {
  it.each([
    [local, 'localhost:4000', undefined, 'NONE'],
    [local, 'localhost:4000', 'http://localhost:3000', 'OWN'],
    [local, 'localhost:4000', 'http://127.0.0.1:3000', 'OWN'],
    [local, '127.0.0.1:4000', 'http://[::1]:4000', 'OWN'],
    [local, 'localhost:4000', 'https://localhost:3000', 'FOREIGN'],
    [local, 'localhost:4000', 'http://localhost:5173', 'FOREIGN'],
    [local, 'evil.test:4000', 'http://evil.test:4000', 'FOREIGN'],
    [local, 'localhost:4000', 'http://localhost:3000.evil.test', 'FOREIGN'],
    [local, 'localhost:4000', 'null', 'FOREIGN'],
    [local, 'localhost:4000', '', 'FOREIGN'],
    [public_, 'studio.test', 'https://studio.test', 'OWN'],
    [public_, 'studio.test', 'http://studio.test', 'FOREIGN'],
    [public_, 'studio.internal', 'http://studio.internal', 'FOREIGN'],
    [public_, 'localhost:3100', 'http://localhost:3100', 'OWN'],
    // Another program on the machine of somebody who visits a studio elsewhere.
    [public_, 'studio.test', 'http://localhost:4000', 'FOREIGN'],
    [public_, 'studio.test', 'https://tools.test', 'ALLOWED'],
    [public_, 'studio.test', 'https://tools.test.evil.test', 'FOREIGN'],
  ] as const)('[AUTH-2] of %o, asked as %s: %s is %s', (door, host, origin, kind) => {
    expect(originKindOf(asked(host, origin), door as never)).toBe(kind);
  });
});

const testMachine = await openTestMachine({
  STUDIO_ALLOWED_ORIGINS: 'https://tools.test',
  STUDIO_ALLOWED_HOSTS: 'studio.internal',
});
const { url, app } = await openTestApp(testMachine);

/** A request as it is written: `fetch` would choose the Host itself. */
function ask(options: { method?: string; path?: string; headers: Record<string, string> }) {
  return new Promise<{ status: number; headers: Record<string, unknown>; text: string }>(
    (resolve, reject) => {
      const { method = 'POST', path = '/graphql', headers } = options;
      const body = method === 'POST' ? '{"query":"{ __typename }"}' : undefined;
      askHttp(
        url + path,
        { method, headers: { 'content-type': 'application/json', ...headers } },
        (response) => {
          let text = '';
          response.on('data', (part: Buffer) => (text += part.toString()));
          response.on('end', () =>
            resolve({ status: response.statusCode!, headers: response.headers, text }),
          );
        },
      )
        .on('error', reject)
        .end(body);
    },
  );
}

/** The status with which an upgrade is refused; 101 when it is not. */
const upgrade = (headers: Record<string, string>): Promise<number> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers });
    socket.on('open', () => {
      socket.close();
      resolve(101);
    });
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode!));
    socket.on('error', reject);
  });

const cookie = 'studio_access=anything';

describe('a page that is not ours', () => {
  it('[AUTH-2] is refused over HTTP and SSE, in preflights too, without any header of CORS', async () => {
    for (const origin of ['http://evil.test', 'http://localhost:5173', 'null']) {
      const kinds: Record<string, string>[] = [{}, { cookie }, { accept: 'text/event-stream' }];
      for (const others of kinds) {
        const headers = { origin, ...others };
        const answer = await ask({ headers });
        expect(answer.status).toBe(403);
        expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
        expect(JSON.parse(answer.text)).toMatchObject({
          errors: [
            {
              message: expect.stringMatching(/STUDIO_PUBLIC_URL.*STUDIO_ALLOWED_ORIGINS/) as string,
              extensions: { code: 'ORIGIN_REFUSED', requestId: expect.any(String) as string },
            },
          ],
        });
      }
      const preflight = await ask({
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST' },
      });
      expect(preflight.status).toBe(403);
      expect(preflight.headers).not.toHaveProperty('access-control-allow-origin');
    }
  });

  it('[AUTH-2] gets no WebSocket, with a cookie or without', async () => {
    for (const origin of ['http://evil.test', 'http://localhost:5173', 'null']) {
      expect(await upgrade({ origin })).toBe(403);
      expect(await upgrade({ origin, cookie })).toBe(403);
    }
  });

  it('[AUTH-2] is not made ours by a name that points here', async () => {
    const host = `evil.test:${app.port}`;
    const origin = `http://${host}`;
    for (const path of ['/graphql', '/schema.graphql', '/.well-known/jwks.json', '/']) {
      const answer = await ask({ method: 'GET', path, headers: { host } });
      expect(answer.status).toBe(403);
      expect(answer.text).toMatch(/HOST_REFUSED/);
      expect(answer.text).toMatch(/STUDIO_PUBLIC_URL.*STUDIO_ALLOWED_HOSTS/);
    }
    expect((await ask({ headers: { host, origin } })).status).toBe(403);
    expect(await upgrade({ host, origin })).toBe(403);
    expect(await upgrade({ host })).toBe(403);
    expect((await ask({ method: 'GET', path: '/health', headers: { host } })).status).toBe(200);
  });
});

describe('our own pages, and those that are allowed', () => {
  it('[AUTH-2] are answered, our own with their cookies', async () => {
    const own = `http://localhost:${app.port}`;
    for (const [origin, credentials] of [
      ['http://localhost:3000', 'true'],
      [own, 'true'],
      ['https://tools.test', undefined],
    ] as const) {
      const answer = await ask({ headers: { origin } });
      expect(answer.status).toBe(200);
      expect(answer.headers['access-control-allow-origin']).toBe(origin);
      expect(answer.headers['access-control-allow-credentials']).toBe(credentials);
      expect(await upgrade({ origin })).toBe(101);
    }
  });

  it('[AUTH-2] leave programs alone, which send no Origin', async () => {
    const answer = await ask({ headers: {} });
    expect(answer.status).toBe(200);
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
    expect((await ask({ headers: { host: 'studio.internal' } })).status).toBe(200);
    expect(await upgrade({})).toBe(101);
  });
});
