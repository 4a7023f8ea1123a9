import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import type { ExecutionResult } from 'graphql';
import { afterAll, describe, expect, it } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { MOST_PENDING_BYTES } from './joined-writes.ts';
import { sendPages } from './socket-pages.ts';

const server = createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
server.listen(0, '127.0.0.1');
await once(server, 'listening');
afterAll(() => {
  for (const each of sockets.clients) each.terminate();
  sockets.close();
  server.close();
});

async function connect() {
  const { port } = server.address() as { port: number };
  const accepted = once(sockets, 'connection') as Promise<[WebSocket, { socket: Socket }]>;
  const client = new WebSocket(`ws://127.0.0.1:${port}`);
  const received: string[] = [];
  client.on('message', (data) => received.push(String(data)));
  const [webSocket, { socket }] = await accepted;
  return { client, received, webSocket, socket };
}

function pagesOf(pages: readonly (readonly ExecutionResult[])[]) {
  let asked = 0;
  return {
    get asked() {
      return asked;
    },
    nextPage: () => Promise.resolve(pages[asked++] ?? null),
    return: () => Promise.resolve({ done: true as const, value: undefined }),
  };
}
const answer = (text: string): ExecutionResult => ({ data: { text } });
const message = (id: string, payload: ExecutionResult) => JSON.stringify({ id, type: 'next', payload });

describe('pages of answers on a socket', () => {
  it('[API-4] are messages of graphql-transport-ws, one for each answer, whatever its length and its id', async () => {
    const page = ['', 'ä "q"\n', 'x'.repeat(300), 'ß'.repeat(40_000), 'y'.repeat(65_400), '\u2028'].map(
      answer,
    );
    for (const id of ['1', 'with "quotes" and ü', 'a'.repeat(200)]) {
      const { received, webSocket, socket } = await connect();
      const operation = sendPages(pagesOf([page, page]), { id, webSocket, socket, end: () => undefined });
      expect(await operation.next()).toEqual({ done: true, value: undefined });
      await expect.poll(() => received.length).toBe(12);
      expect(received).toEqual([...page, ...page].map((each) => message(id, each)));
    }
  });

  it('[API-5] wait for who reads slowly, and not for others; both get all of them in order', async () => {
    const pages = Array.from({ length: 300 }, (_, number) => [
      answer(`${number} ${'x'.repeat(30_000)}`),
      answer(`${number} end`),
    ]);
    const [slow, fast] = [await connect(), await connect()];
    slow.client.pause();
    const sources = [pagesOf(pages), pagesOf(pages)] as const;
    const running = [slow, fast].map(({ webSocket, socket }, index) =>
      sendPages(sources[index]!, { id: String(index), webSocket, socket, end: () => undefined }).next(),
    );
    await running[1];
    await expect.poll(() => fast.received.length).toBe(600);
    expect(sources[0].asked).toBeLessThan(300);
    // One chunk more than what may wait.
    expect(slow.socket.writableLength).toBeLessThan(MOST_PENDING_BYTES + 65_536);
    slow.client.resume();
    await running[0];
    await expect.poll(() => slow.received.length).toBe(600);
    for (const [index, { received }] of [slow, fast].entries())
      expect(received).toEqual(pages.flat().map((each) => message(String(index), each)));
  });

  it('[API-5] end with the operation and with the socket', async () => {
    const { webSocket, socket, received } = await connect();
    let isEnded = false;
    let release: (page: readonly ExecutionResult[]) => void = () => undefined;
    const pages = {
      nextPage: () => new Promise<readonly ExecutionResult[]>((resolve) => (release = resolve)),
      return: () => Promise.resolve({ done: true as const, value: undefined }),
    };
    const operation = sendPages(pages, { id: '1', webSocket, socket, end: () => (isEnded = true) });
    const ended = operation.next();
    await operation.return!();
    expect(isEnded).toBe(true);
    release([answer('too late')]);
    expect(await ended).toEqual({ done: true, value: undefined });
    webSocket.close(1013);
    const closed = sendPages(pagesOf([[answer('later still')]]), {
      ...{ id: '2', webSocket, socket },
      end: () => undefined,
    });
    expect(await closed.next()).toEqual({ done: true, value: undefined });
    expect(received).toEqual([]);
  });
});
