import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { openTestApp } from '../../test/setup/app.ts';
import { openTestMachine } from '../../test/setup/machine.ts';
import { seedMember, seedRun, seedViewer } from '../../test/setup/run.ts';
import { globalId } from '../graphql/ids.ts';

const testMachine = await openTestMachine({ STUDIO_MAX_OPERATIONS: '4' });
const { machine } = testMachine;
const { tokenOf, url } = await openTestApp(testMachine);

/** What the process counts at this moment. */
async function gauge(name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)![1]);
}
const sockets = () => gauge('studio_websockets');
const operations = () => gauge('studio_operations_at_work');

interface Opened {
  socket: WebSocket;
  /** `connection_ack`, the status of the refused upgrade, or the code and reason of the close. */
  answer: string;
}

/** Opens a socket as somebody, or as nobody, and waits for the verdict. */
async function open(token: string | null, headers: Record<string, string> = {}): Promise<Opened> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers });
  const answer = new Promise<string>((resolve) => {
    socket.on('unexpected-response', (request, response) => {
      resolve(`${response.statusCode} retry-after ${response.headers['retry-after']}`);
      request.destroy();
    });
    socket.on('message', (data) => resolve((JSON.parse(String(data)) as { type: string }).type));
    socket.on('close', (code, reason) => resolve(`${code} ${String(reason)}`));
    socket.on('error', () => undefined);
  });
  socket.on('open', () =>
    socket.send(
      JSON.stringify({
        type: 'connection_init',
        payload: token === null ? {} : { authorization: `Bearer ${token}` },
      }),
    ),
  );
  return { socket, answer: await answer };
}

async function closeAll(opened: Opened[]): Promise<void> {
  for (const { socket } of opened) socket.terminate();
  await expect.poll(sockets).toBe(0);
}

/** Sends one operation on a socket and collects what comes back under its id. */
async function ask(socket: WebSocket, id: string, query: string, until: (type: string) => boolean) {
  const answered = new Promise<{ type: string; payload?: unknown }[]>((resolve) => {
    const messages: { type: string; payload?: unknown }[] = [];
    const listen = (data: WebSocket.RawData) => {
      const message = JSON.parse((data as Buffer).toString()) as { id?: string; type: string };
      if (message.id !== id) return;
      messages.push(message);
      if (!until(message.type)) return;
      socket.off('message', listen);
      resolve(messages);
    };
    socket.on('message', listen);
  });
  socket.send(JSON.stringify({ id, type: 'subscribe', payload: { query } }));
  return answered;
}

const isNext = (type: string) => type === 'next' || type === 'error';
const isOver = (type: string) => type === 'complete' || type === 'error';

describe('sockets', () => {
  it('[API-5] of one member are fifty, whatever sessions they come with, and as many again when they have closed', async () => {
    const viewer = await seedViewer(machine);
    const tokens = [await tokenOf(viewer), await tokenOf(viewer)];
    for (let round = 0; round < 2; round += 1) {
      const opened: Opened[] = [];
      for (let index = 0; index < 60; index += 1) opened.push(await open(tokens[index % 2]!));
      const refused = opened.filter(({ answer }) => answer !== 'connection_ack');
      expect(refused).toHaveLength(10);
      expect(new Set(refused.map(({ answer }) => answer))).toEqual(
        new Set([
          '1013 You have too many connections open already. Close one; this one may then be opened again.',
        ]),
      );
      await expect.poll(sockets).toBe(50);
      const other = await open(await tokenOf(await seedMember(machine, viewer.organizationId, 'VIEWER')));
      expect(other.answer).toBe('connection_ack');
      await closeAll([...opened, other]);
    }
  });

  it('[API-5] of an address of strangers are twenty, silent ones included, and refused at the upgrade', async () => {
    const from = { 'x-forwarded-for': '192.0.2.7' };
    const opened: Opened[] = [];
    const silent = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      headers: from,
    });
    await once(silent, 'open');
    for (let index = 0; index < 21; index += 1) opened.push(await open(null, from));
    expect(opened.map(({ answer }) => answer)).toEqual([
      ...Array<string>(19).fill('connection_ack'),
      ...Array<string>(2).fill('429 retry-after 5'),
    ]);
    opened.push(await open(null, { 'x-forwarded-for': '192.0.2.8' }));
    expect(opened.at(-1)!.answer).toBe('connection_ack');
    silent.terminate();
    await closeAll(opened);
  });

  it('[API-5] that are refused for their token give their place back', async () => {
    for (let index = 0; index < 25; index += 1) expect((await open('nonsense')).answer).toMatch(/^4403 /);
    await expect.poll(sockets).toBe(0);
  });
});

describe('operations at work', () => {
  const CHANGES = 'subscription { executionChanged { id } }';

  it('[API-5] of one member are bounded over WebSocket and SSE together, and given back however they end', async () => {
    const { viewer } = await seedRun(machine);
    const token = await tokenOf(viewer);
    const { socket } = await open(token);
    for (const id of ['a', 'b', 'c']) await ask(socket, id, CHANGES, isNext);
    const leave = new AbortController();
    const stream = () =>
      fetch(`${url}/graphql`, {
        method: 'POST',
        signal: leave.signal,
        headers: {
          'content-type': 'application/json',
          accept: 'text/event-stream',
          authorization: `Bearer ${token}`,
        },
        body: JSON.stringify({ query: CHANGES }),
      });
    const open4 = await stream();
    expect(open4.status).toBe(200);
    expect(await operations()).toBe(4);

    const refused = await stream();
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('5');
    expect(await refused.text()).toContain('"code":"RATE_LIMITED"');
    // Only that operation is refused: the socket and its streams stand.
    const [message] = await ask(socket, 'e', CHANGES, isNext);
    expect(JSON.stringify(message)).toContain('You have 4 operations at work already.');
    expect(socket.readyState).toBe(WebSocket.OPEN);

    leave.abort();
    socket.send(JSON.stringify({ id: 'a', type: 'complete' }));
    await expect.poll(operations).toBe(2);
    socket.terminate();
    await expect.poll(operations).toBe(0);
    await closeAll([]);
  });

  it('[API-5] that end with errors are given back, and the socket stands', async () => {
    const { executionId } = await seedRun(machine);
    const { socket } = await open(await tokenOf(await seedViewer(machine)));
    const id = globalId('TaskExecution', executionId);
    for (const [name, query] of [
      ['validation', '{ nothing }'],
      ['variables', 'query ($id: ID!) { node(id: $id) { id } }'],
      ['no such operation', 'fragment A on Query { __typename }'],
      ['foreign', `subscription { executionEvents(executionId: "${id}") { seq } }`],
      ['query', '{ viewer { id } }'],
    ] as const)
      for (let index = 0; index < 60; index += 1) await ask(socket, `${name} ${index}`, query, isOver);
    expect(await operations()).toBe(0);
    expect(socket.readyState).toBe(WebSocket.OPEN);
    await closeAll([{ socket, answer: '' }]);
  });
});
