import type { Machine } from '../context.ts';

/** A worker that has not been heard of for so long has lost its run. Beats come three times as often. */
export const LEASE_MS = 6_000;
/** After so many lost workers the run itself is the likely cause. */
export const MOST_RECOVERIES = 3;

/** On the clock of PostgreSQL: those of workers differ. */
export const LEASE_UNTIL = `"leaseUntil" = now() + interval '${LEASE_MS} milliseconds'`;

/** Prolongs the lease. False: the run is in other hands or has ended, and the worker must stop. */
export async function beatExecution(
  machine: Machine,
  args: { executionId: string; fence: number },
): Promise<boolean> {
  const { rowCount } = await machine.sql.query(
    `UPDATE "TaskExecution" SET ${LEASE_UNTIL} WHERE "id" = $1 AND "fence" = $2 AND "status" = 'RUNNING'`,
    [args.executionId, args.fence],
  );
  return rowCount === 1;
}
