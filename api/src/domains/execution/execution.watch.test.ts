import { afterEach, describe, expect, it } from 'vitest';
import { openTestMachine } from '../../../test/setup/machine.ts';
import { seedSimulatedAgent, seedViewer } from '../../../test/setup/run.ts';
import { inTransaction } from '../../platform/database.ts';
import { contextOf } from '../context.ts';
import { event, writeLog } from '../execution-event/execution-event.log.ts';
import type { Viewer } from '../policy.ts';
import { Turns } from '../../platform/turns.ts';
import type { StreamContext } from '../stream.ts';
import { cancelExecution } from './execution.lifecycle.ts';
import { cursorOf, isTold, parseSnapshot, positionOf, tellUpTo } from './execution.position.ts';
import { runAgent } from './execution.service.ts';
import { type Change, watchChanges } from './execution.watch.ts';

const { machine } = await openTestMachine();
const watchers = new Set<AbortController>();
afterEach(() => {
  for (const watcher of watchers) watcher.abort();
  watchers.clear();
});

async function seedTeam() {
  const viewer = await seedViewer(machine);
  const { agentId } = await seedSimulatedAgent(machine, viewer);
  const run = async (prompt = 'Say hello.') =>
    (await runAgent(contextOf(machine, viewer), { agentId, prompt })).executionId;
  return { viewer, run };
}

function watch(viewer: Viewer, after: string | null = null, filter = {}) {
  const watcher = new AbortController();
  watchers.add(watcher);
  const ctx = contextOf(machine, viewer);
  const stream: StreamContext = {
    ...ctx,
    signal: watcher.signal,
    watchIdentity: () => ({ isEnded: false, ended: new AbortController().signal, release: () => undefined }),
    currentAbility: async () => ctx.ability,
    knownAbility: () => ctx.ability,
    replays: new Turns(1),
  };
  const changes = watchChanges(stream, { filter, after: after === null ? null : positionOf(after) });
  const next = async (): Promise<Change> => {
    const { value } = await changes.next();
    if (!value) throw new Error('The stream has ended');
    return value;
  };
  return {
    next,
    ids: async (count: number) => {
      const ids: string[] = [];
      while (ids.length < count) ids.push((await next()).executionId);
      return ids;
    },
  };
}

/** `Promise.withResolvers` of later Node versions. */
function withResolvers() {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}

/** Ends a run without ringing: what Redis loses. */
const endQuietly = (executionId: string, sql: Parameters<typeof writeLog>[0] = machine.sql) =>
  writeLog(sql, {
    executionId,
    guard: { statuses: ['QUEUED', 'RUNNING'] },
    changes: { status: 'CANCELLED' },
    events: [event('STATUS_CHANGED', { status: 'CANCELLED' }, new Date())],
  });

describe('executionChanged', () => {
  it('[EXE-4] tells of a run as soon as it is accepted', async () => {
    const { viewer, run } = await seedTeam();
    const first = await run();
    const watcher = watch(viewer);
    expect(await watcher.ids(1)).toEqual([first]);
    const accepted = await run();
    expect(await watcher.ids(1)).toEqual([accepted]);
  });

  it('[EXE-4] goes on from a cursor: every change in between once, in order, bells lost or not', async () => {
    const { viewer, run } = await seedTeam();
    const runs = [await run(), await run(), await run()];
    const watcher = watch(viewer);
    await watcher.ids(2);
    const { cursor } = await watcher.next();
    await endQuietly(runs[2]!);
    await cancelExecution(machine, { executionId: runs[0]!, cancelledById: null });
    const added = await run();
    const expected = [runs[2], runs[0], added];
    // The watcher that stayed, and one that comes back, are told the same.
    expect(await watcher.ids(3)).toEqual(expected);
    const resumed = watch(viewer, cursor);
    expect(await resumed.ids(2)).toEqual(expected.slice(0, 2));
    // From each delivery on, only what follows it.
    const { cursor: end } = await resumed.next();
    const last = await run();
    expect(await watch(viewer, end).ids(1)).toEqual([last]);
  });

  it('[EXE-4] does not skip a change that is committed later than one that began after it', async () => {
    const { viewer, run } = await seedTeam();
    const [late, early] = [await run(), await run()];
    const watcher = watch(viewer);
    await watcher.ids(2);
    const { promise: isTold, resolve: commit } = withResolvers();
    const { promise: isWritten, resolve: written } = withResolvers();
    const transaction = inTransaction(machine.sql, async (client) => {
      await endQuietly(late, client);
      written();
      await isTold;
    });
    await isWritten;
    await endQuietly(early);
    const { executionId, cursor } = await watcher.next();
    expect(executionId).toBe(early);
    commit();
    await transaction;
    expect(await watcher.ids(1)).toEqual([late]);
    expect(await watch(viewer, cursor).ids(1)).toEqual([late]);
  });

  it('[EXE-4] can be resumed in the middle of the present state', async () => {
    const { viewer, run } = await seedTeam();
    const runs = [await run(), await run(), await run()];
    const { cursor } = await watch(viewer).next();
    const added = await run();
    const resumed = new Set(await watch(viewer, cursor).ids(4));
    expect(resumed).toEqual(new Set([runs[1], runs[2], added]));
  });

  it('[EXE-4] tells many changes of one transaction page by page, each once', async () => {
    const { viewer, run } = await seedTeam();
    const model = await run();
    const watcher = watch(viewer);
    const { cursor } = await watcher.next();
    await inTransaction(machine.sql, (client) =>
      client.query(
        `INSERT INTO "TaskExecution" ("id", "organizationId", "kind", "agentId", "agentRevisionId", "serverId", "prompt",
           "snapshot", "startedById", "updatedAt")
         SELECT gen_random_uuid()::text, "organizationId", "kind", "agentId", "agentRevisionId", "serverId", "prompt",
           "snapshot", "startedById", now() FROM "TaskExecution", generate_series(1, 250) WHERE "id" = $1`,
        [model],
      ),
    );
    expect(new Set(await watch(viewer, cursor).ids(250)).size).toBe(250);
    const after = await run();
    const told = await watcher.ids(251);
    expect(new Set(told).size).toBe(251);
    expect(told.at(-1)).toBe(after);
  });

  it('[EXE-4] tells only what matches and what its watcher may see', async () => {
    const [mine, theirs] = [await seedTeam(), await seedTeam()];
    const watcher = watch(mine.viewer, null, { prompt: { contains: 'hear' } });
    const told = watcher.ids(1);
    await theirs.run('Did you hear?');
    await mine.run('Did you see?');
    const heard = await mine.run('Did you hear?');
    expect(await told).toEqual([heard]);
  });
});

describe('a position', () => {
  const seen = parseSnapshot('90:110:90,105');

  it('[EXE-4] holds what is told up to a transaction, and none that was still running', () => {
    const told = tellUpTo({ end: 100n, running: [90n, 95n] }, seen, 95n);
    expect(told).toEqual({ end: 100n, running: [90n] });
    const further = tellUpTo(told, seen, 107n);
    expect(further).toEqual({ end: 108n, running: [90n, 105n] });
    expect([90n, 95n, 105n, 107n, 108n].map((xid) => isTold(further, xid))).toEqual([
      false,
      true,
      false,
      true,
      false,
    ]);
  });

  it('[EXE-4] survives as a cursor, and nothing else is one', () => {
    const position = { told: seen, present: { createdAt: new Date(1), id: '0'.repeat(36) } };
    expect(positionOf(cursorOf(position))).toEqual(position);
    for (const text of [
      '',
      'nonsense',
      Buffer.from('2:1::').toString('base64url'),
      cursorOf(position).slice(2),
      'A'.repeat(30_000),
    ])
      expect(() => positionOf(text)).toThrow(/not a cursor/);
  });
});
