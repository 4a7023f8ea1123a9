import { inTransaction } from '../../platform/database.ts';
import type { Machine } from '../context.ts';
import { ringEnded, ringQueue, type Rung } from './execution.bell.ts';
import { resumeExecution } from './execution.lifecycle.ts';
import { listStartable } from './execution.slots.ts';

/** Between two sweeps; a bell that was lost costs at most this much. */
export const SWEEP_MS = 2_000;
/** Of one organization at once: what it has beyond this waits for the next sweep, and nobody else does. */
const MOST_OF_ORGANIZATION = 50;
/** Whoever wrote an end is ringing for what follows it; after this it is taken for lost. */
const FOLLOW_UP_IS_LATE = `interval '2 seconds'`;
const MOST_FOLLOW_UPS = 500;
/** Runs whose time to go on has come, at once. */
const MOST_WOKEN = 500;
/** Any number that no other lock of the studio uses: one worker sweeps at a time. */
const SWEEP_LOCK = 7_203_119_442;

/**
 * Rings again for every run that could start, for every run whose worker has not been heard of, and for what follows an
 * end and was not done. Redis may lose all of its jobs: the rows are still there. Returns how many bells were rung.
 */
export async function sweepExecutions(machine: Machine): Promise<number> {
  const { runs, ended, woken } = await inTransaction(machine.sql, async (client) => {
    const { rows: locks } = await client.query<{ isMine: boolean }>(
      'SELECT pg_try_advisory_xact_lock($1) AS "isMine"',
      [SWEEP_LOCK],
    );
    if (!locks[0]?.isMine) return { runs: [], ended: [], woken: [] };
    const { rows: lost } = await client.query<Rung>(
      `SELECT "id", "fence", "priority" FROM (
         SELECT "id", "fence", "priority", "leaseUntil",
                row_number() OVER (PARTITION BY "organizationId" ORDER BY "leaseUntil", "id") AS turn
         FROM "TaskExecution" WHERE "status" = 'RUNNING' AND "leaseUntil" < now()
       ) lapsed WHERE turn <= $1 ORDER BY turn, "leaseUntil", "id"`,
      [MOST_OF_ORGANIZATION],
    );
    const startable = await listStartable(client, { organizationId: null, most: MOST_OF_ORGANIZATION });
    const { rows: ended } = await client.query<{ executionId: string }>(
      `SELECT "executionId" FROM "ExecutionFollowUp" WHERE "createdAt" < now() - ${FOLLOW_UP_IS_LATE}
       GROUP BY "executionId" ORDER BY min("createdAt") LIMIT $1`,
      [MOST_FOLLOW_UPS],
    );
    const { rows: woken } = await client.query<{ id: string }>(
      `SELECT "id" FROM "TaskExecution" WHERE "wakeAt" < now() ORDER BY "wakeAt", "id" LIMIT $1`,
      [MOST_WOKEN],
    );
    return { runs: [...lost, ...startable], ended, woken };
  });
  for (const run of runs) await ringQueue(machine, run);
  for (const { executionId } of ended) await ringEnded(machine, executionId);
  for (const { id } of woken) await resumeExecution(machine, { executionId: id });
  return runs.length + ended.length + woken.length;
}
