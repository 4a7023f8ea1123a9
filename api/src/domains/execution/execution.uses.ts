import type { Transaction } from '../../platform/database.ts';
import type { UsedByRuns } from '../dependents.ts';
import { TERMINAL_STATUSES } from '../run-status.ts';

/** What other nouns ask of executions. */

export async function countRuns(
  tx: Pick<Transaction, 'taskExecution'>,
  of: UsedByRuns,
): Promise<{ total: number; unfinished: number }> {
  const total = await tx.taskExecution.count({ where: of });
  const unfinished =
    total === 0
      ? 0
      : await tx.taskExecution.count({ where: { ...of, status: { notIn: [...TERMINAL_STATUSES] } } });
  return { total, unfinished };
}
