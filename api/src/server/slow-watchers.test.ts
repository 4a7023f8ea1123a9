import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { createClient } from 'graphql-ws';
import { afterAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { openTestApp } from '../../test/setup/app.ts';
import { openTestMachine } from '../../test/setup/machine.ts';
import { output, type RunningRun, seedRunningRun } from '../../test/setup/running-run.ts';
import { WATCHER_LIMITS } from './slow-reader.ts';

const testMachine = await openTestMachine();
const { machine } = testMachine;
/** Long enough for a reader on a busy machine that does read, and to read why. */
const patient = await openTestApp(testMachine, {
  limits: { ...WATCHER_LIMITS, stalledMs: 1_000, lookMs: 50, graceMs: 60_000 },
});
const hasty = await openTestApp(testMachine, {
  limits: { ...WATCHER_LIMITS, heartbeatMs: 50, stalledMs: 1_000, lookMs: 50, graceMs: 50 },
});

const EVENTS = `subscription ($id: ID!, $after: Int) {
  executionEvents(executionId: $id, after: $after) { seq ... on OutputAppended { text } }
}`;

const sockets: WebSocket[] = [];
afterAll(() => sockets.forEach((socket) => socket.terminate()));

async function runningRun() {
  const run = await seedRunningRun(machine);
  return { ...run, token: await patient.tokenOf(run.viewer) };
}

async function measure(app: { url: string }, name: string): Promise<number> {
  const metrics = await (await fetch(`${app.url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\d+)`, 'm').exec(metrics)![1]);
}
const cutBy = (app: { url: string }) => measure(app, 'studio_slow_watchers');

/** More than the kernel takes for readers that do not read: 20 MB, a page of the log at a time. */
async function talk(run: RunningRun): Promise<void> {
  for (let page = 0; page < 20; page += 1)
    await run.append(...Array.from({ length: 20 }, () => output('x'.repeat(50_000))));
}
const EVENTS_OF_TALK = 20 * 20;

/** A socket that stops reading once its subscription has begun. */
async function stallSocket(url: string, token: string, id: string): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  sockets.push(socket);
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
  await once(socket, 'message');
  socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: EVENTS, variables: { id } } }));
  await once(socket, 'message');
  socket.pause();
  return socket;
}

/** The same over SSE. */
async function stallSse(url: string, token: string, id: string): Promise<IncomingMessage> {
  const sent = request(`${url}/graphql`, {
    method: 'POST',
    agent: false,
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${token}`,
    },
  });
  sent.end(JSON.stringify({ query: EVENTS, variables: { id } }));
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.pause();
  return response;
}

describe('a watcher that stops reading', () => {
  it('[API-5] is cut off on both transports, told why, and harms nobody', async () => {
    const run = await runningRun();
    const before = await cutBy(patient);
    const seen: number[] = [];
    const healthy = new Promise<void>((resolve, reject) =>
      patient
        .socket(run.token)
        .subscribe<{ executionEvents: { seq: number } }>(
          { query: EVENTS, variables: { id: run.id } },
          { next: ({ data }) => seen.push(data!.executionEvents.seq), error: reject, complete: resolve },
        ),
    );
    const webSockets = await Promise.all([1, 2, 3].map(() => stallSocket(patient.url, run.token, run.id)));
    const streams = await Promise.all([1, 2, 3].map(() => stallSse(patient.url, run.token, run.id)));
    await talk(run);
    await expect.poll(() => cutBy(patient), { timeout: 20_000 }).toBe(before + 6);
    await run.finish();
    await healthy;
    expect(seen).toEqual(Array.from({ length: seen.length }, (_, index) => index + 1));
    expect(seen.length).toBeGreaterThan(EVENTS_OF_TALK);

    for (const socket of webSockets) {
      const closed = once(socket, 'close') as Promise<[number, Buffer]>;
      socket.resume();
      const [code, reason] = await closed;
      expect([code, reason.toString()]).toEqual([1013, expect.stringContaining('from the last cursor')]);
    }
    for (const stream of streams) {
      let end = '';
      for await (const part of stream) end = (end + String(part)).slice(-1_000);
      expect(end).toContain('"code":"READ_TOO_SLOWLY"');
      expect(end).not.toContain('event: complete');
    }
  }, 60_000);

  it('[API-5] loses its connection, whether it reads why or not', async () => {
    const run = await runningRun();
    const socket = await stallSocket(hasty.url, run.token, run.id);
    const stream = await stallSse(hasty.url, run.token, run.id);
    stream.on('error', () => undefined);
    const ends = [once(socket, 'close'), new Promise((resolve) => stream.once('close', resolve))];
    await talk(run);
    // What belongs to a stream is given back when its connection has gone.
    await expect.poll(() => measure(hasty, 'studio_watched_identities'), { timeout: 20_000 }).toBe(0);
    socket.resume();
    stream.resume();
    await Promise.all(ends);
  }, 60_000);

  it('[EXE-4] resumes with graphql-ws where it was, if it sends what it has', async () => {
    const run = await runningRun();
    const opened: WebSocket[] = [];
    class Watched extends WebSocket {
      constructor(...args: ConstructorParameters<typeof WebSocket>) {
        super(...args);
        opened.push(this);
        sockets.push(this);
      }
    }
    const client = createClient({
      url: `${patient.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: Watched,
      connectionParams: { authorization: `Bearer ${run.token}` },
      // Only how long it waits is not the default.
      retryWait: () => Promise.resolve(),
    });
    const variables = { id: run.id, after: 0 };
    const seen: number[] = [];
    let onFirst: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (onFirst = resolve));
    const done = new Promise<void>((resolve, reject) =>
      client.subscribe<{ executionEvents: { seq: number } }>(
        { query: EVENTS, variables },
        {
          next: ({ data }) => {
            variables.after = data!.executionEvents.seq;
            seen.push(variables.after);
            onFirst();
          },
          error: reject,
          complete: resolve,
        },
      ),
    );
    await begun;
    const before = await cutBy(patient);
    opened[0]!.pause();
    await talk(run);
    await expect.poll(() => cutBy(patient), { timeout: 20_000 }).toBe(before + 1);
    await run.finish();
    opened[0]!.resume();
    await done;
    expect(opened.length).toBe(2);
    expect(seen).toEqual(Array.from({ length: seen.length }, (_, index) => index + 1));
    expect(seen.length).toBeGreaterThan(EVENTS_OF_TALK);
    await client.dispose();
  }, 60_000);
});

describe('an idle WebSocket', () => {
  it('[EXE-4] is pinged, and ended when it does not answer', async () => {
    expect(WATCHER_LIMITS.heartbeatMs).toBeLessThanOrEqual(12_000);
    const url = `${hasty.url.replace('http', 'ws')}/graphql`;
    const { token } = await runningRun();
    const open = async (autoPong: boolean) => {
      const socket = new WebSocket(url, 'graphql-transport-ws', { autoPong });
      sockets.push(socket);
      await once(socket, 'open');
      socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
      return socket;
    };
    const answering = await open(true);
    for (let count = 0; count < 3; count += 1) await once(answering, 'ping');
    const [code] = (await once(await open(false), 'close')) as [number];
    // 1006: there was no closing handshake, as nobody answers.
    expect(code).toBe(1006);
    expect(answering.readyState).toBe(WebSocket.OPEN);
  });
});
