import { createHook } from 'node:async_hooks';
import { createClient } from 'graphql-ws';
import { afterAll, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { openTestApp } from '../../test/setup/app.ts';
import { openTestMachine } from '../../test/setup/machine.ts';
import { seedRun, seedViewer } from '../../test/setup/run.ts';
import { ACCESS_TOKEN_MS } from '../domains/user/access-token.ts';

const testMachine = await openTestMachine();
const { machine, redis, env } = testMachine;
let now = () => new Date();
testMachine.machine.clock = { now: () => now() };
const { post, tokenOf, url } = await openTestApp(testMachine);

const CHANGES = 'subscription { executionChanged { id } }';
const VIEWER = '{ viewer { email } }';
const TIMES = 1_000;
const AT_ONCE = 50;

/** Timers that are alive, those included that do not keep the process alive. */
const timers = new Set<number>();
const hook = createHook({
  init: (id, type) => void (type === 'Timeout' && timers.add(id)),
  destroy: (id) => void timers.delete(id),
}).enable();
afterAll(() => hook.disable());
const warnings: string[] = [];
const onWarning = (warning: Error) => warnings.push(warning.message);
process.on('warning', onWarning);
afterAll(() => process.off('warning', onWarning));

/** What the API holds on to: timers, watched identities, sockets, tails and Redis channels. */
async function held() {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const gauge = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(metrics)?.[1]);
  return {
    timers: timers.size,
    identities: gauge('studio_watched_identities'),
    sockets: gauge('studio_websockets'),
    tails: gauge('studio_watched_executions'),
    channels: ((await redis.pubsub('CHANNELS', `${env.REDIS_PREFIX}:*`)) as string[]).length,
    listeners: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
  };
}

/** Runs `once` a thousand times and waits until nothing of it is left. */
async function leavesNothing(once: () => Promise<void>) {
  const batch = () => Promise.all(Array.from({ length: AT_ONCE }, once));
  // The first ones open what is shared: connections of the client and of the database.
  await batch();
  await expect.poll(async () => (await held()).identities, { timeout: 5_000 }).toBe(0);
  const before = await held();
  for (let done = 0; done < TIMES; done += AT_ONCE) await batch();
  const grown = async () => {
    const after = await held();
    return Object.entries(after).filter(([name, count]) => count > before[name as keyof typeof before]);
  };
  await expect.poll(grown, { timeout: 10_000, interval: 200 }).toEqual([]);
  expect(warnings).toEqual([]);
}

/** Opens a stream of changes as `curl -N` would, reads its first event and leaves. */
async function readOneOverSse(token: string): Promise<void> {
  const controller = new AbortController();
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    signal: controller.signal,
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({ query: CHANGES }),
  });
  const reader = response.body!.getReader();
  for (let text = ''; !text.includes('executionChanged');) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`The stream ended: ${text}`);
    text += Buffer.from(value).toString();
  }
  controller.abort();
}

/** A socket of its own, one event, unsubscribed, closed. */
function readOneOverWebSocket(token: string): Promise<void> {
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
  });
  return new Promise<void>((resolve, reject) => {
    const unsubscribe = client.subscribe(
      { query: CHANGES },
      { next: () => (unsubscribe(), resolve()), error: reject, complete: resolve },
    );
  }).finally(() => client.dispose());
}

describe('What a caller leaves behind', () => {
  it('[AUTH-2] is nothing after 1,000 requests', async () => {
    const token = await tokenOf(await seedViewer(machine));
    await leavesNothing(async () => {
      expect((await post(token, VIEWER)).body.errors).toBeUndefined();
    });
  }, 120_000);

  it('[AUTH-2] is nothing after 1,000 streams over SSE', async () => {
    const { viewer } = await seedRun(machine);
    const token = await tokenOf(viewer);
    await leavesNothing(() => readOneOverSse(token));
  }, 120_000);

  it('[AUTH-2] is nothing after 1,000 streams over WebSocket', async () => {
    const { viewer } = await seedRun(machine);
    const token = await tokenOf(viewer);
    await leavesNothing(() => readOneOverWebSocket(token));
  }, 120_000);
});

describe('A socket', () => {
  /** Opens one, and tells how it was closed. */
  function open(token: string) {
    let onClosed: (event: { code: number; reason: string }) => void;
    const closed = new Promise<{ code: number; reason: string }>((resolve) => (onClosed = resolve));
    const client = createClient({
      url: `${url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${token}` },
      retryAttempts: 0,
      lazy: false,
      onNonLazyError: () => undefined,
      on: { closed: (event) => onClosed(event as { code: number; reason: string }) },
    });
    afterAll(() => client.dispose());
    const ask = async (query: string) => {
      for await (const answer of client.iterate<Record<string, unknown>>({ query })) return answer;
      return undefined;
    };
    return { closed, ask };
  }

  it('[AUTH-2] lives as long as the session, not as the access token it was opened with', async () => {
    const viewer = await seedViewer(machine);
    const token = await tokenOf(viewer);
    const { ask } = open(token);
    expect((await ask(VIEWER))?.errors).toBeUndefined();
    now = () => new Date(Date.now() + ACCESS_TOKEN_MS + 60_000);
    try {
      expect((await post(token, '{ agents { totalCount } }')).body.errors?.[0]?.extensions.code).toBe(
        'UNAUTHENTICATED',
      );
      const answer = await ask('{ agents { totalCount } viewer { email } }');
      expect(answer?.errors).toBeUndefined();
      expect(answer?.data?.['viewer']).not.toBeNull();
    } finally {
      now = () => new Date();
    }
  });

  it('[AUTH-2] is closed with 4403 and a sentence when its session ends, also when no bell rings', async () => {
    const viewer = await seedViewer(machine);
    const token = await tokenOf(viewer);
    const { ask, closed } = open(token);
    await ask(VIEWER);
    await machine.db.session.updateMany({
      where: { userId: viewer.userId },
      data: { revokedAt: new Date() },
    });
    expect(await closed).toMatchObject({ code: 4403, reason: 'The session has ended. Sign in again.' });
  });
});
