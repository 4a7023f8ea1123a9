import { expect, it } from 'vitest';
import { openTestMachine } from '../../../test/setup/machine.ts';
import { seedRun } from '../../../test/setup/run.ts';
import { readLog } from '../execution-event/execution-event.read.ts';
import { claimExecution } from './execution.claim.ts';

const { machine } = await openTestMachine();

it('[EXE-1] a run whose snapshot cannot be read ends FAILED with a sentence, and holds nothing', async () => {
  const { executionId } = await seedRun(machine);
  await machine.db.taskExecution.update({
    where: { id: executionId },
    data: { snapshot: { agentName: 'Half of one' } },
  });
  expect(await claimExecution(machine, { executionId, owner: 'worker' })).toEqual({ status: 'GONE' });
  const row = await machine.db.taskExecution.findUniqueOrThrow({ where: { id: executionId } });
  expect(row).toMatchObject({
    status: 'FAILED',
    failureReason: 'INTERNAL',
    failureMessage: expect.stringContaining('Run it again'),
    agentSlot: null,
    leaseUntil: null,
  });
  expect(row.finishedAt).not.toBeNull();
  const events = await readLog(machine.sql, { executionId, after: 0, limit: 10 });
  expect(events.at(-1)!.payload).toMatchObject({ status: 'FAILED', failureReason: 'INTERNAL' });
});
