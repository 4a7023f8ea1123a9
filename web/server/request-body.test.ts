// @vitest-environment node
import { createServer, request, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import type { ServerBuild } from '@remix-run/node';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createApp } from './app.ts';
import { readEnv } from './env.ts';
import { createHttpServer } from './http-server.ts';
import { MAX_BODY_BYTES } from './request-body.ts';

/** The bodies that reached somebody as a whole. */
const arrived: number[] = [];
const logged: string[] = [];

const build = {
  entry: { module: {} },
  routes: {
    form: {
      id: 'form',
      path: '/form',
      module: {
        action: async ({ request: form }: { request: Request }) => {
          // A reader of a body that was cut is told so by an error, and has nothing to store.
          const body = await form.arrayBuffer().catch(() => null);
          if (body === null) return new Response('Cut.', { status: 400 });
          arrived.push(body.byteLength);
          return new Response('Stored.');
        },
      },
    },
  },
  future: {},
  assets: { routes: {} },
} as unknown as ServerBuild;

const servers: Server[] = [];
const listen = async (server: Server): Promise<string> => {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

let origin: string;

beforeAll(async () => {
  const apiOrigin = await listen(
    createServer((received, response) => {
      let bytes = 0;
      received
        .on('data', (part: Buffer) => (bytes += part.length))
        .on('error', () => undefined)
        .on('end', () => {
          arrived.push(bytes);
          response.setHeader('content-type', 'application/json');
          response.end('{"data":{}}');
        });
    }),
  );
  const { app } = createApp({
    env: { ...readEnv({}), apiOrigin },
    log: pino({ level: 'warn' }, { write: (line: string) => logged.push(line) }),
    build,
    assets: (_request, _response, next) => next(),
  });
  origin = await listen(createHttpServer(app, { headersMs: 50, requestMs: 10_000, checkMs: 10 }));
});

beforeEach(() => {
  arrived.length = 0;
  logged.length = 0;
});

afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** Sends a body of so many bytes in parts; without `length` its size is not stated. */
const send = (path: string, bytes: number, length?: number): Promise<{ status: number; text: string }> =>
  new Promise((resolve, reject) => {
    const sent = request(`${origin}${path}`, {
      method: 'POST',
      agent: false,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-request-id': 'a-large-request',
        ...(length === undefined ? {} : { 'content-length': length }),
      },
    });
    sent.on('error', reject).on('response', (response) => {
      let text = '';
      response
        .on('data', (part: Buffer) => (text += part.toString()))
        .on('end', () => resolve({ status: response.statusCode!, text }));
    });
    for (let left = bytes; left > 0; left -= 100_000) sent.write('x'.repeat(Math.min(left, 100_000)));
    sent.end();
  });

describe('what the web server takes', () => {
  it.each([undefined, 2_000_000])(
    '[API-5] refuses a large operation as the API does (%s)',
    async (length) => {
      const { status, text } = await send('/graphql', 2_000_000, length);
      expect(status).toBe(413);
      expect(JSON.parse(text)).toEqual({
        errors: [
          {
            message: 'A request has at most 1000000 bytes.',
            extensions: { code: 'REQUEST_TOO_LARGE', requestId: 'a-large-request' },
          },
        ],
      });
      expect(arrived).toEqual([]);
    },
  );

  it.each([undefined, 2_000_000])('[API-5] refuses a large form of a page (%s)', async (length) => {
    expect(await send('/form', 2_000_000, length)).toEqual({
      status: 413,
      text: 'A request has at most 1000000 bytes.',
    });
    expect(arrived).toEqual([]);
  });

  it('[API-5] passes on all of what may be sent', async () => {
    for (const path of ['/graphql', '/form']) {
      expect(await send(path, MAX_BODY_BYTES)).toMatchObject({ status: 200 });
      expect(await send(path, MAX_BODY_BYTES, MAX_BODY_BYTES)).toMatchObject({ status: 200 });
    }
    expect(arrived).toEqual(Array(4).fill(MAX_BODY_BYTES));
    expect(logged).toEqual([]);
  });

  it('[API-5] cuts who sends headers slowly', async () => {
    const socket = connect(Number(new URL(origin).port), '127.0.0.1');
    const answer = new Promise<string>((resolve, reject) => {
      let text = '';
      socket
        .on('data', (part) => (text += part.toString()))
        .on('close', () => resolve(text))
        .on('error', reject);
    });
    socket.write('GET / HTTP/1.1\r\nhost: localhost\r\nx-slow: ');
    expect(await answer).toMatch(/^HTTP\/1.1 408 /);
  });
});
