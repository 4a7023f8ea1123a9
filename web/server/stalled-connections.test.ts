// @vitest-environment node
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import { createApiProxy } from './api-proxy.ts';
import { endStalledConnections } from './stalled-connections.ts';

const servers: Server[] = [];
const peers: Socket[] = [];
afterEach(async () => {
  for (const peer of peers.splice(0)) peer.destroy();
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** More than the kernel and the proxy take for a peer that does not read. */
const TOO_MUCH = Buffer.alloc(30_000_000);

/** An API that says too much on a socket and in an answer, and the proxy before it. */
async function openProxy() {
  const ofApi: Socket[] = [];
  const api = createServer((_request, response) => {
    ofApi.push(response.socket!);
    response.write(TOO_MUCH);
  });
  api.on('upgrade', (_request, socket: Socket) => {
    ofApi.push(socket);
    peers.push(socket);
    socket.on('error', () => undefined);
    socket.write('HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n');
    socket.write(TOO_MUCH);
  });
  const proxy = createApiProxy(`http://127.0.0.1:${await listen(api)}`, pino({ level: 'silent' }));
  const web = createServer(
    (request, response) => void proxy(request as never, response as never, () => undefined),
  );
  web.on('upgrade', (request, socket: Socket, head) => {
    socket.on('error', () => socket.destroy());
    proxy.upgrade(request, socket, head);
  });
  endStalledConnections(web, { stalledMs: 500, lookMs: 20 });
  return { web, ofApi, port: await listen(web) };
}

async function ask(port: number, headers: string): Promise<Socket> {
  const peer = connect(port, '127.0.0.1');
  peers.push(peer);
  peer.on('error', () => undefined);
  peer.write(`GET /graphql HTTP/1.1\r\nhost: localhost\r\n${headers}\r\n`);
  await once(peer, 'data');
  return peer;
}

describe('a connection through the web server whose peer has stopped reading', () => {
  it.each([
    ['WebSocket', 'upgrade: websocket\r\nconnection: upgrade\r\n'],
    ['answer', ''],
  ])('[API-5] is ended on both sides (%s)', async (_kind, headers) => {
    const { web, ofApi, port } = await openProxy();
    (await ask(port, headers)).pause();
    const open = () =>
      new Promise<number>((resolve) => web.getConnections((_error, count) => resolve(count)));
    await expect.poll(open, { timeout: 10_000 }).toBe(0);
    await expect.poll(() => ofApi.every((socket) => socket.destroyed), { timeout: 10_000 }).toBe(true);
  });

  it('[EXE-4] is left alone while the peer reads', async () => {
    const { ofApi, port } = await openProxy();
    const stalled = await ask(port, 'upgrade: websocket\r\nconnection: upgrade\r\n');
    const reading = await ask(port, 'upgrade: websocket\r\nconnection: upgrade\r\n');
    stalled.pause();
    reading.resume();
    await new Promise((resolve) => ofApi[0]!.once('close', resolve));
    expect(reading.destroyed).toBe(false);
    expect(ofApi[1]!.destroyed).toBe(false);
  });
});

describe('a stream through the web server', () => {
  it('[EXE-4] is cut when the API goes away, so that its client comes back', async () => {
    const api = createServer((_request, response) => response.write(':\n\n'));
    const proxy = createApiProxy(`http://127.0.0.1:${await listen(api)}`, pino({ level: 'silent' }));
    const web = createServer(
      (request, response) => void proxy(request as never, response as never, () => undefined),
    );
    const client = await ask(await listen(web), '');
    client.resume();
    const closed = new Promise((resolve) => client.once('close', resolve));
    api.closeAllConnections();
    await closed;
  });
});
