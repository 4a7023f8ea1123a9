// @vitest-environment node
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { type Client, createClient } from 'graphql-ws';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { createApiProxy } from './api-proxy.ts';
import { awaitApi } from './api-return.ts';
import { readEnv } from './env.ts';
import { passSockets } from './sockets.ts';

const servers: Server[] = [];
const clients: Client[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) await client.dispose();
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

const listen = async (server: Server, port = 0): Promise<number> => {
  servers.push(server);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};

/** An API whose one subscription says which it is, and a way to kill it. */
async function openApi(name: number, port?: number) {
  const server = createServer();
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) =>
    socket.on('message', (data: Buffer) => {
      const { type, id } = JSON.parse(data.toString()) as { type: string; id?: string };
      if (type === 'connection_init') socket.send(JSON.stringify({ type: 'connection_ack' }));
      if (type === 'subscribe')
        socket.send(JSON.stringify({ type: 'next', id, payload: { data: { api: name } } }));
    }),
  );
  return {
    port: await listen(server, port),
    kill: () => {
      for (const socket of sockets.clients) socket.terminate();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

async function openWeb(apiPort: number, limitMs = 30_000) {
  const apiOrigin = `http://127.0.0.1:${apiPort}`;
  const web = createServer();
  passSockets(web, {
    env: readEnv({}),
    apiProxy: createApiProxy(apiOrigin, pino({ level: 'silent' })),
    apiIsBack: awaitApi(apiOrigin, { limitMs, betweenMs: 20 }),
  });
  return { web, port: await listen(web) };
}

describe('a WebSocket through the web server', () => {
  it('[API-7] with the default retries of graphql-ws outlives an API that is replaced', async () => {
    const first = await openApi(1);
    const { web, port } = await openWeb(first.port);
    const client = createClient({ url: `ws://127.0.0.1:${port}/graphql`, webSocketImpl: WebSocket });
    clients.push(client);
    const results = client.iterate({ query: 'subscription { api }' });
    expect((await results.next()).value).toMatchObject({ data: { api: 1 } });

    const returns = once(web, 'upgrade');
    await first.kill();
    await returns;
    await openApi(2, first.port);
    expect((await results.next()).value).toMatchObject({ data: { api: 2 } });
  });

  it('[API-7] is refused in words when the API stays away', async () => {
    const api = await openApi(1);
    await api.kill();
    const { port } = await openWeb(api.port, 50);
    const peer = connect(port, '127.0.0.1');
    peer.write(
      `GET /graphql HTTP/1.1\r\nhost: localhost:${port}\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n`,
    );
    const [answer] = (await once(peer, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 503 [\s\S]*The API cannot be reached\./);
  });
});
