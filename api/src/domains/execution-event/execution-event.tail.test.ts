import { afterEach, describe, expect, it } from 'vitest';
import { openTestMachine } from '../../../test/setup/machine.ts';
import { seedRun } from '../../../test/setup/run.ts';
import type { StoredEvent } from '../run-events.ts';
import { ringLog } from '../execution/execution.bell.ts';
import { claimExecution } from '../execution/execution.claim.ts';
import { finishExecution } from '../execution/execution.lifecycle.ts';
import { event, writeLog } from './execution-event.log.ts';
import { readLog } from './execution-event.read.ts';
import { createTails } from './execution-event.tail.ts';
import { Turns } from '../../platform/turns.ts';

const { machine, redis } = await openTestMachine();
const open: AbortController[] = [];
afterEach(() => {
  for (const controller of open.splice(0)) controller.abort();
});

async function runningRun() {
  const { executionId } = await seedRun(machine);
  const claim = await claimExecution(machine, { executionId, owner: 'test' });
  if (claim.status !== 'CLAIMED') throw new Error(claim.status);
  const { fence, organizationId } = claim.execution;
  return {
    executionId,
    organizationId,
    async append(count: number, isRung = true, padding = '') {
      const events = Array.from({ length: count }, (_, index) =>
        event('OUTPUT_APPENDED', { text: `${index}${padding}` }, new Date()),
      );
      const head = await writeLog(machine.sql, { executionId, guard: { fence }, events });
      if (head && isRung) ringLog(machine, executionId, head);
    },
    async appendCall(args: unknown) {
      const call = {
        callId: 'c',
        toolName: 'x',
        serverName: null,
        status: 'RUNNING',
        arguments: args,
      } as const;
      const events = [event('TOOL_CALL_UPDATED', call, new Date())];
      ringLog(
        machine,
        executionId,
        (await writeLog(machine.sql, { executionId, guard: { fence }, events }))!,
      );
    },
    finish: () =>
      finishExecution(machine, {
        executionId,
        fence,
        outcome: { status: 'COMPLETED', output: '' },
        events: [],
      }),
  };
}

/** Collects what a watcher receives; resolves when its stream ends. */
async function watch(
  tails: ReturnType<typeof createTails>,
  executionId: string,
  after = 0,
): Promise<StoredEvent[]> {
  const controller = new AbortController();
  open.push(controller);
  const seen: StoredEvent[] = [];
  for await (const item of tails.watch({
    executionId,
    after,
    signal: controller.signal,
    replays: new Turns(1),
  }))
    seen.push(item);
  return seen;
}

/** Counts how often the log is read. */
function countingReads() {
  const reads: unknown[] = [];
  const sql = {
    query: (query: unknown, ...rest: unknown[]) => {
      const text = typeof query === 'string' ? query : (query as { text: string }).text;
      if (/SELECT[^;]*FROM "ExecutionEvent"/.test(text)) reads.push(query);
      return (machine.sql.query as (...args: unknown[]) => unknown)(query, ...rest);
    },
  } as typeof machine.sql;
  return { reads, tails: createTails({ ...machine, sql }) };
}

/** Bells that get lost, come late, twice and in another order: the same for each seed. */
function unreliable(seed: number): typeof machine.pubsub {
  let state = seed;
  const random = () => (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648;
  return {
    ...machine.pubsub,
    listen: (channel, key, onMessage) => {
      const late: Parameters<typeof onMessage>[0][] = [];
      return machine.pubsub.listen(channel, key, (message) => {
        const chance = random();
        if (chance < 0.2) return;
        if (chance < 0.5) return void late.push(message);
        onMessage(message);
        if (chance > 0.8) onMessage(message);
        for (const each of late.splice(0).reverse()) onMessage(each);
      });
    },
  };
}

const log = (executionId: string) => readLog(machine.sql, { executionId, after: 0, limit: 10_000 });

describe('watching a run', () => {
  it('[EXE-4] replays, follows live and ends after the terminal event; a late watcher sees the same', async () => {
    const tails = createTails(machine);
    const run = await runningRun();
    const early = watch(tails, run.executionId);
    await run.append(5);
    const late = watch(tails, run.executionId);
    const resumed = watch(tails, run.executionId, 4);
    await run.append(300);
    await run.finish();
    const whole = await log(run.executionId);
    expect(whole).toHaveLength(308);
    expect(await early).toEqual(whole);
    expect(await late).toEqual(whole);
    expect(await resumed).toEqual(whole.slice(4));
    expect(tails.size).toBe(0);
  });

  it('[EXE-4] replays a finished run and completes', async () => {
    const run = await runningRun();
    await run.append(450);
    await run.finish();
    const seen = await watch(createTails(machine), run.executionId);
    expect(seen.map(({ seq }) => seq)).toEqual(Array.from({ length: 453 }, (_, index) => index + 1));
    expect(await watch(createTails(machine), run.executionId, 453)).toEqual([]);
  });

  it('[EXE-4] loses nothing between replay and live, whenever the watcher joins', async () => {
    const tails = createTails(machine);
    const run = await runningRun();
    const watchers: Promise<StoredEvent[]>[] = [];
    for (let round = 0; round < 40; round += 1) {
      watchers.push(watch(tails, run.executionId));
      await run.append(1 + (round % 3));
    }
    await run.finish();
    const whole = await log(run.executionId);
    for (const seen of await Promise.all(watchers))
      expect(seen.map(({ seq }) => seq)).toEqual(whole.map(({ seq }) => seq));
  });

  it('[EXE-4] loses nothing when Redis drops its subscribers', async () => {
    const tails = createTails(machine);
    const run = await runningRun();
    const seen = watch(tails, run.executionId);
    for (let round = 0; round < 5; round += 1) {
      await run.append(3);
      await redis.client('KILL', 'TYPE', 'pubsub');
    }
    await run.append(3, false);
    await run.finish();
    expect((await seen).map(({ seq }) => seq)).toEqual((await log(run.executionId)).map(({ seq }) => seq));
  });

  it('[EXE-4] lets a slow watcher read at its own pace, from the log', async () => {
    const tails = createTails(machine);
    const run = await runningRun();
    const controller = new AbortController();
    open.push(controller);
    const slow = tails.watch({
      executionId: run.executionId,
      after: 0,
      signal: controller.signal,
      replays: new Turns(1),
    });
    await slow.next();
    const fast = watch(tails, run.executionId);
    for (let round = 0; round < 8; round += 1) await run.append(200);
    await run.finish();
    expect(await fast).toHaveLength(1_603);
    const rest: number[] = [];
    for await (const { seq } of slow) rest.push(seq);
    expect(rest).toEqual(Array.from({ length: 1_602 }, (_, index) => index + 2));
  });

  it('[EXE-4] keeps no more than a mebibyte of a run in memory, and misses nothing', async () => {
    const tails = createTails(machine);
    const run = await runningRun();
    const controller = new AbortController();
    open.push(controller);
    const watcher = tails.watch({
      executionId: run.executionId,
      after: 0,
      signal: controller.signal,
      replays: new Turns(1),
    });
    const seen = [(await watcher.next()).value];
    const most: number[] = [];
    for (let round = 0; round < 6; round += 1) {
      await run.append(10, true, 'ß'.repeat(30_000));
      for (let next = 0; next < 10; next += 1) {
        seen.push((await watcher.next()).value);
        most.push(tails.bufferedBytes);
      }
    }
    expect(Math.max(...most)).toBeGreaterThan(500_000);
    expect(Math.max(...most)).toBeLessThanOrEqual(1_048_576);
    await run.finish();
    for await (const event of watcher) seen.push(event);
    expect(seen).toEqual(await log(run.executionId));
  });

  it('[API-5] holds a page at a time for those who share a connection, and misses nothing', async () => {
    const tails = createTails(machine);
    const run = await runningRun();
    await run.append(450);
    await run.finish();
    const whole = await log(run.executionId);
    const replays = new Turns(1);
    const controller = new AbortController();
    open.push(controller);
    const watchOn = () =>
      tails.watch({ executionId: run.executionId, after: 0, signal: controller.signal, replays });
    const stalled = watchOn();
    await stalled.next();
    const others = [watchOn(), watchOn()];
    const firsts = others.map((other) => other.next());
    await expect.poll(() => replays.waiting).toBe(2);
    const ends = await Promise.all(
      [stalled, ...others].map(async (watcher, index) => {
        const seen = index === 0 ? [whole[0]] : [(await firsts[index - 1]!).value];
        for await (const event of watcher) seen.push(event);
        return seen;
      }),
    );
    expect(ends).toEqual([whole, whole, whole]);
    expect([replays.isFree, replays.waiting]).toEqual([true, 0]);
  });

  it('[EXE-4] replays small and large events alike, in order and each once', async () => {
    const { reads, tails } = countingReads();
    const run = await runningRun();
    for (let round = 0; round < 4; round += 1) {
      await run.append(1_500, false);
      await run.append(5, false, 'ß'.repeat(30_000));
    }
    await run.finish();
    expect(await watch(tails, run.executionId)).toEqual(await log(run.executionId));
    // Pages of a hundred would be sixty.
    expect(reads.length).toBeLessThan(40);
  });

  it('[EXE-4] ends when it is no longer wanted, while it waits for news and while it reads', async () => {
    const { tails } = countingReads();
    const run = await runningRun();
    await run.append(300);
    const { signal } = new AbortController();
    const replays = new Turns(1);
    const args = { executionId: run.executionId, after: 0, signal, replays };
    const [reading, waiting] = [tails.watch(args), tails.watch({ ...args, after: 302 })];
    const pages = [reading.nextPage(), waiting.nextPage()];
    await expect.poll(() => tails.size).toBe(1);
    await Promise.all([reading.return(), waiting.return()]);
    expect(await Promise.all(pages)).toEqual([null, null]);
    expect([tails.size, replays.isFree]).toEqual([0, true]);
    expect(await reading.nextPage()).toBeNull();
  });

  it('[EXE-4] follows what bells tell, without reading the log again', async () => {
    const { reads, tails } = countingReads();
    const run = await runningRun();
    const controller = new AbortController();
    open.push(controller);
    const watcher = tails.watch({
      executionId: run.executionId,
      after: 0,
      signal: controller.signal,
      replays: new Turns(1),
    });
    const seen = [(await watcher.next()).value, (await watcher.next()).value];
    for (let round = 0; round < 20; round += 1) {
      await run.append(1 + (round % 3));
      seen.push((await watcher.next()).value);
    }
    await run.appendCall({ later: { é: 1, zz: 2 }, b: [{ bb: 1, a: -0 }], a: 1e21, '10': null });
    await run.finish();
    for await (const each of watcher) seen.push(each);
    // That of the watcher, which was behind.
    expect(reads).toHaveLength(1);
    // In the same words, with keys in the same order.
    expect(JSON.stringify(seen)).toBe(JSON.stringify(await log(run.executionId)));
  });

  it('[EXE-4] reads what is too much for a bell', async () => {
    const { reads, tails } = countingReads();
    const run = await runningRun();
    const seen = watch(tails, run.executionId);
    await expect.poll(() => reads.length).toBe(1);
    await run.append(3, true, 'ß'.repeat(20_000));
    await run.finish();
    expect(await seen).toEqual(await log(run.executionId));
    expect(reads.length).toBeGreaterThan(1);
  });

  it.each([1, 2])(
    '[EXE-4] tells each event once and in order when bells are lost, late, repeated and out of order (%i)',
    async (seed) => {
      const tails = createTails({ ...machine, pubsub: unreliable(seed) });
      const run = await runningRun();
      const watchers = [watch(tails, run.executionId), watch(tails, run.executionId, 2)];
      for (let round = 0; round < 60; round += 1) await run.append(1 + (round % 4));
      await run.finish();
      const whole = await log(run.executionId);
      expect(await Promise.all(watchers)).toEqual([whole, whole.slice(2)]);
    },
  );

  it('[AUTHZ-2] tells what was written to who watches the run, and the organization its ids alone', async () => {
    const run = await runningRun();
    const told: Record<string, object[]> = { run: [], organization: [] };
    const bells = await Promise.all([
      machine.pubsub.listen('execution', run.executionId, (bell) => told['run']!.push(bell)),
      machine.pubsub.listen('execution', run.organizationId, (bell) => told['organization']!.push(bell)),
    ]);
    await run.finish();
    await expect.poll(() => [told['run']!.length, told['organization']!.length]).toEqual([1, 1]);
    for (const bell of bells) bell.stop();
    expect(told['run']![0]).toHaveProperty('events');
    expect(Object.keys(told['organization']![0]!)).toEqual(['executionId', 'organizationId', 'lastSeq']);
  });

  it('[EXE-4] refuses a cursor that no event can have', async () => {
    const { executionId } = await runningRun();
    await expect(watch(createTails(machine), executionId, -1)).rejects.toMatchObject({
      code: 'CURSOR_INVALID',
    });
  });
});
