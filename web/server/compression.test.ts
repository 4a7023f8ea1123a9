// @vitest-environment node
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, get, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, createBrotliDecompress, gunzipSync, gzipSync } from 'node:zlib';
import type { ServerBuild } from '@remix-run/node';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from './app.ts';
import { readEnv } from './env.ts';
import { staticFiles } from './static-files.ts';

const SCRIPT = 'export const answer = 42;\n'.repeat(200);
const ICON = '<svg xmlns="http://www.w3.org/2000/svg"/>';
/** What the page says after the first part has arrived. */
let goOn: () => void = () => undefined;
const PAGE = ['<!doctype html><title>Studio</title>'.padEnd(2_000), '<p>The rest.'];

/** A build of one page, which sends its second part when it is told to. */
const build = {
  entry: { module: {} },
  routes: {
    page: {
      id: 'page',
      path: '/page',
      module: {
        loader: () =>
          new Response(
            new ReadableStream({
              async start(controller) {
                const encoder = new TextEncoder();
                controller.enqueue(encoder.encode(PAGE[0]));
                await new Promise<void>((resolve) => (goOn = resolve));
                controller.enqueue(encoder.encode(PAGE[1]));
                controller.close();
              },
            }),
            { headers: { 'content-type': 'text/html; charset=utf-8' } },
          ),
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

let folder: string;
let origin: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'studio-client-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'assets/app-1a2b.js'), SCRIPT);
  await writeFile(join(folder, 'assets/app-1a2b.js.br'), brotliCompressSync(SCRIPT));
  await writeFile(join(folder, 'assets/app-1a2b.js.gz'), gzipSync(SCRIPT));
  await writeFile(join(folder, 'favicon.svg'), ICON);
  const apiOrigin = await listen(
    createServer((_request, response) => {
      response.setHeader('content-type', 'text/event-stream');
      response.write(`data: ${'x'.repeat(5_000)}\n\n`);
    }),
  );
  const { app } = createApp({
    env: { ...readEnv({}), apiOrigin },
    log: pino({ level: 'silent' }),
    build,
    assets: staticFiles(folder),
  });
  origin = await listen(createServer(app));
});

afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  await rm(folder, { recursive: true });
});

/** Without the decoding that `fetch` does by itself. */
const ask = (path: string, headers: Record<string, string> = {}): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    get(`${origin}${path}`, { headers, agent: false }, resolve).on('error', reject);
  });

async function bytesOf(response: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** What browsers send. */
const BROWSER = { 'accept-encoding': 'gzip, deflate, br, zstd' };

describe('what the web server compresses', () => {
  it('hands out the file that the build compressed, brotli before gzip, to be kept for ever', async () => {
    const response = await ask('/assets/app-1a2b.js', BROWSER);
    expect(response.headers).toMatchObject({
      'content-encoding': 'br',
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
    });
    expect(response.headers['content-type']).toMatch(/^(text|application)\/javascript/);
    expect(await bytesOf(response)).toEqual(brotliCompressSync(SCRIPT));

    const older = await ask('/assets/app-1a2b.js', { 'accept-encoding': 'gzip' });
    expect(gunzipSync(await bytesOf(older)).toString()).toBe(SCRIPT);
    expect(older.headers['etag']).not.toBe(response.headers['etag']);
  });

  it('hands out the file as it is to who takes no encoding, and says that it depends', async () => {
    for (const accepted of [{}, { 'accept-encoding': 'br;q=0, gzip;q=0' }] as Record<string, string>[]) {
      const response = await ask('/assets/app-1a2b.js', accepted);
      expect(response.headers['content-encoding']).toBeUndefined();
      expect(response.headers['vary']).toBe('accept-encoding');
      expect((await bytesOf(response)).toString()).toBe(SCRIPT);
    }
  });

  it('answers a file that is not compressed, and one that is not there', async () => {
    const icon = await ask('/favicon.svg', BROWSER);
    expect((await bytesOf(icon)).toString()).toBe(ICON);
    expect(icon.headers['content-encoding']).toBeUndefined();
    const missing = await ask('/assets/app-0000.js', BROWSER);
    expect(missing.statusCode).toBe(404);
    expect(missing.headers['content-encoding']).toBeUndefined();
  });

  it('compresses a page without holding back what is rendered of it', async () => {
    const response = await ask('/page', BROWSER);
    expect(response.headers).toMatchObject({ 'content-encoding': 'br', vary: 'Accept-Encoding' });
    let text = '';
    const ended = new Promise<void>((resolve) => {
      response
        .pipe(createBrotliDecompress())
        .on('data', (part: Buffer) => (text += part.toString()))
        .on('end', resolve);
    });
    await expect.poll(() => text).toBe(PAGE[0]);
    goOn();
    await ended;
    expect(text).toBe(PAGE.join(''));
  });

  it('[EXE-4] leaves a stream of the API as it is', async () => {
    const response = await ask('/graphql', { ...BROWSER, accept: 'text/event-stream' });
    expect(response.headers['content-encoding']).toBeUndefined();
    const [first] = (await response.iterator({ destroyOnReturn: true }).next()).value as Buffer;
    expect(first).toBe('d'.charCodeAt(0));
  });
});
