import { expect, it } from 'vitest';
import { contextOf } from '../domains/context.ts';
import { openTestMachine } from '../../test/setup/machine.ts';
import { seedSimulatedAgent, seedViewer } from '../../test/setup/run.ts';
import { scriptModel } from '../../test/setup/scripted-model.ts';
import { readLog } from '../domains/execution-event/execution-event.read.ts';
import { claimExecution } from '../domains/execution/execution.claim.ts';
import { cancelExecution, resumeExecution } from '../domains/execution/execution.lifecycle.ts';
import { runAgent } from '../domains/execution/execution.service.ts';
import type { Outcome, Suspension } from '../domains/execution/execution.status.ts';
import { sweepExecutions } from '../domains/execution/execution.sweep.ts';
import { createExecutionWorker } from './worker.ts';

const { machine } = await openTestMachine();
const viewer = await seedViewer(machine);
const ctx = contextOf(machine, viewer);
const DONE: Outcome = { status: 'COMPLETED', output: 'done' };

/** A worker whose runs end or wait as a test says, one after the other. */
function workerOf(...ends: (Outcome | Suspension)[]) {
  return createExecutionWorker({
    machine,
    ports: { model: scriptModel(), mcp: machine.mcp },
    runner: async () => ends.shift()!,
  });
}

const start = async (maxDurationMs = 60_000) => {
  const { agentId } = await seedSimulatedAgent(machine, viewer, { maxConcurrency: 1, maxDurationMs });
  return { agentId, ...(await runAgent(ctx, { agentId, prompt: 'Go.' })) };
};
const row = (id: string) => machine.db.taskExecution.findUniqueOrThrow({ where: { id } });
const statuses = async (executionId: string) =>
  (await readLog(machine.sql, { executionId, after: 0, limit: 100 })).map(
    ({ payload }) => (payload as { status?: string }).status,
  );

it('[EXE-1] a run that waits holds neither worker nor slot, and goes on when it is resumed', async () => {
  const { executionId, agentId } = await start();
  const worker = workerOf({ status: 'WAITING_INPUT', wakeAt: null }, DONE);
  await worker.handle({ executionId });
  expect(await row(executionId)).toMatchObject({
    status: 'WAITING_INPUT',
    leaseUntil: null,
    agentSlot: null,
  });
  expect(await claimExecution(machine, { executionId, owner: 'other' })).toEqual({ status: 'GONE' });
  // Its place is free for another run meanwhile.
  const { executionId: other } = await runAgent(ctx, { agentId, prompt: 'Meanwhile.' });
  await workerOf(DONE).handle({ executionId: other });
  expect((await row(other)).status).toBe('COMPLETED');

  expect(await resumeExecution(machine, { executionId })).toBe(true);
  expect(await resumeExecution(machine, { executionId })).toBe(false);
  await worker.handle({ executionId });
  expect(await statuses(executionId)).toEqual([
    'QUEUED',
    'RUNNING',
    'WAITING_INPUT',
    'QUEUED',
    'RUNNING',
    'COMPLETED',
  ]);
});

it('[EXE-1] a run that waits for a while is woken by the sweep', async () => {
  const { executionId } = await start();
  await workerOf({ status: 'WAITING_RETRY', wakeAt: new Date(Date.now() - 1_000) }).handle({ executionId });
  expect((await row(executionId)).status).toBe('WAITING_RETRY');
  await sweepExecutions(machine);
  expect(await row(executionId)).toMatchObject({ status: 'QUEUED', wakeAt: null });
});

it('[EXE-5] a run that waits is cancelled like any other', async () => {
  const { executionId } = await start();
  await workerOf({ status: 'WAITING_CHILDREN', wakeAt: null }).handle({ executionId });
  expect(await cancelExecution(machine, { executionId, cancelledById: null })).toBe(true);
  expect(await resumeExecution(machine, { executionId })).toBe(false);
});

it('[AGT-4] the clock of a run stands still while it waits', async () => {
  const { executionId } = await start(30_000);
  const worker = workerOf({ status: 'WAITING_APPROVAL', wakeAt: null }, DONE);
  await worker.handle({ executionId });
  // As if it had begun an hour ago and waited since.
  await machine.sql.query(
    `UPDATE "TaskExecution" SET "startedAt" = now() - interval '1 hour', "resumedAt" = now() - interval '1 hour'
     WHERE "id" = $1`,
    [executionId],
  );
  await resumeExecution(machine, { executionId });
  const claim = await claimExecution(machine, { executionId, owner: 'other' });
  if (claim.status !== 'CLAIMED') throw new Error(claim.status);
  const { resumedAt, activeMs } = claim.execution;
  expect(Date.now() - resumedAt.getTime() + activeMs).toBeLessThan(30_000);
});
