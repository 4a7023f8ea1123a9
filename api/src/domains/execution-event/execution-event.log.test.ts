import { describe, expect, it } from 'vitest';
import { openTestMachine } from '../../../test/setup/machine.ts';
import { seedRun } from '../../../test/setup/run.ts';
import { claimExecution } from '../execution/execution.claim.ts';
import { event, writeLog } from './execution-event.log.ts';
import { pageLog, readLog } from './execution-event.read.ts';

const { machine } = await openTestMachine();
const output = (text: string) => event('OUTPUT_APPENDED', { text }, new Date());

async function claimedRun() {
  const { executionId } = await seedRun(machine);
  const claim = await claimExecution(machine, { executionId, owner: 'test' });
  if (claim.status !== 'CLAIMED') throw new Error(claim.status);
  return { executionId, fence: claim.execution.fence };
}

describe('the log of a run', () => {
  it('[EXE-3] numbers events from 1 without a gap, also when many write at once', async () => {
    const { executionId, fence } = await claimedRun();
    await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        writeLog(machine.sql, {
          executionId,
          guard: { fence },
          events: [output(`${index}a`), output(`${index}b`)],
        }),
      ),
    );
    const events = await readLog(machine.sql, { executionId, after: 0, limit: 1_000 });
    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 82 }, (_, index) => index + 1));
    const texts = events
      .filter(({ type }) => type === 'OUTPUT_APPENDED')
      .map(({ payload }) => (payload as { text: string }).text);
    // A batch stays together and in order.
    for (let index = 0; index < texts.length; index += 2) {
      expect(texts[index + 1]).toBe(texts[index]!.replace('a', 'b'));
    }
  });

  it('[EXE-6] refuses a worker whose fence is an old one, and writes nothing', async () => {
    const { executionId, fence } = await claimedRun();
    const before = await readLog(machine.sql, { executionId, after: 0, limit: 100 });
    expect(
      await writeLog(machine.sql, { executionId, guard: { fence: fence - 1 }, events: [output('late')] }),
    ).toBeNull();
    expect(await readLog(machine.sql, { executionId, after: 0, limit: 100 })).toEqual(before);
  });

  it('[API-5] is read up to so many bytes, one event at the least', async () => {
    const { executionId, fence } = await claimedRun();
    const texts = ['a', 'b', 'ß'.repeat(500), 'd', 'e'.repeat(2_000), 'f'];
    await writeLog(machine.sql, { executionId, guard: { fence }, events: texts.map(output) });
    const read = async (after: number, bytes: number) =>
      (await readLog(machine.sql, { executionId, after, limit: 4, bytes })).map(({ seq }) => seq);
    expect(await read(2, 1)).toEqual([3]);
    expect(await read(2, 500)).toEqual([3, 4, 5]);
    expect(await read(2, 1_000_000)).toEqual([3, 4, 5, 6]);
    expect(await read(6, 100)).toEqual([7]);
    expect(await read(8, 100)).toEqual([]);
  });

  it('[EXE-4] pages in both directions', async () => {
    const { executionId, fence } = await claimedRun();
    await writeLog(machine.sql, {
      executionId,
      guard: { fence },
      events: Array.from({ length: 8 }, (_, index) => output(String(index))),
    });
    const seqs = async (args: { after: number; before: number | null; limit: number; isFromEnd: boolean }) =>
      (await pageLog(machine.sql, { executionId, ...args })).map(({ seq }) => seq);
    expect(await seqs({ after: 0, before: null, limit: 3, isFromEnd: false })).toEqual([1, 2, 3]);
    expect(await seqs({ after: 3, before: null, limit: 3, isFromEnd: false })).toEqual([4, 5, 6]);
    expect(await seqs({ after: 0, before: null, limit: 3, isFromEnd: true })).toEqual([8, 9, 10]);
    expect(await seqs({ after: 0, before: 8, limit: 3, isFromEnd: true })).toEqual([5, 6, 7]);
  });
});
