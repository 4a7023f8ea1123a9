import type { TaskPriority } from '../../generated/prisma/enums.ts';
import type { Machine } from '../context.ts';
import { ringExecution } from './execution.bell.ts';
import { inTransaction } from '../../platform/database.ts';

/** Between two sweeps; a bell that was lost costs at most this much. */
export const SWEEP_MS = 2_000;
/** A run that has just been accepted is being rung by whoever accepted it. */
const FRESH_SECONDS = 1;
const MOST_AT_ONCE = 500;
/** Any number that no other lock of the studio uses: one worker sweeps at a time. */
const SWEEP_LOCK = 7_203_119_442;

/**
 * Rings again for every run that waits without a job, and for every run whose worker has not been heard of. Redis may
 * lose all of its jobs: the rows are still there. Returns how many bells were rung.
 */
export async function sweepExecutions(machine: Machine): Promise<number> {
  const rows = await inTransaction(machine.sql, async (client) => {
    const { rows: locks } = await client.query<{ isMine: boolean }>(
      'SELECT pg_try_advisory_xact_lock($1) AS "isMine"',
      [SWEEP_LOCK],
    );
    if (!locks[0]?.isMine) return [];
    const result = await client.query<{ id: string; fence: number; priority: TaskPriority }>(
      `SELECT "id", "fence", "priority" FROM "TaskExecution"
       WHERE ("status" = 'QUEUED' AND "updatedAt" < now() - make_interval(secs => $1))
          OR ("status" = 'RUNNING' AND "leaseUntil" < now())
       ORDER BY "createdAt", "id" LIMIT $2`,
      [FRESH_SECONDS, MOST_AT_ONCE],
    );
    return result.rows;
  });
  for (const row of rows)
    await ringExecution(machine, { executionId: row.id, fence: row.fence, priority: row.priority });
  return rows.length;
}
