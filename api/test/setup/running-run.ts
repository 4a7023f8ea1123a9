import type { Machine } from '../../src/domains/context.ts';
import { event, writeLog } from '../../src/domains/execution-event/execution-event.log.ts';
import { ringLog } from '../../src/domains/execution/execution.bell.ts';
import { claimExecution } from '../../src/domains/execution/execution.claim.ts';
import { finishExecution } from '../../src/domains/execution/execution.lifecycle.ts';
import { globalId } from '../../src/graphql/ids.ts';
import { seedRun } from './run.ts';

export type RunningRun = Awaited<ReturnType<typeof seedRunningRun>>;

/** A run that the test drives: it appends the events, as a worker would, and ends it. */
export async function seedRunningRun(machine: Machine) {
  const seeded = await seedRun(machine);
  const claim = await claimExecution(machine, { executionId: seeded.executionId, owner: 'test' });
  if (claim.status !== 'CLAIMED') throw new Error(claim.status);
  const { fence, organizationId } = claim.execution;
  const { executionId } = seeded;
  return {
    ...seeded,
    id: globalId('TaskExecution', executionId),
    async append(...events: Parameters<typeof writeLog>[1]['events']) {
      const head = await writeLog(machine.sql, { executionId, guard: { fence }, events });
      ringLog(machine, executionId, { organizationId, lastSeq: head!.lastSeq });
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

export const output = (text: string) => event('OUTPUT_APPENDED', { text }, new Date());
