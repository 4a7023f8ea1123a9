import type { Machine } from '../context.ts';
import { TERMINAL_STATUSES } from '../run-status.ts';
import { resumeExecution } from './execution.lifecycle.ts';

/** The end of a run whose parent waits for it: once the last of its siblings has ended, the parent goes on. */
export async function resumeParent(
  machine: Machine,
  { executionId }: { executionId: string },
): Promise<void> {
  const { rows } = await machine.sql.query<{ parentId: string }>(
    `SELECT parent."id" AS "parentId"
     FROM "TaskExecution" child
     JOIN "TaskExecution" parent ON parent."id" = child."parentId" AND parent."status" = 'WAITING_CHILDREN'
     WHERE child."id" = $1 AND NOT EXISTS (
       SELECT FROM "TaskExecution" other
       WHERE other."parentId" = parent."id" AND other."status"::text <> ALL($2::text[]))`,
    [executionId, TERMINAL_STATUSES],
  );
  if (rows[0]) await resumeExecution(machine, { executionId: rows[0].parentId });
}
