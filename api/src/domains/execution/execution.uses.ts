import type { Transaction } from '../../platform/database.ts';
import { TERMINAL_STATUSES } from './execution.status.ts';

/** What other nouns ask of executions. */

type Of = { organizationId: string } & ({ agentId: string } | { serverId: string } | { taskId: string });

/** How many runs there are of something, and how many of them have not ended. */
export async function countRuns(
  tx: Pick<Transaction, 'taskExecution'>,
  of: Of,
): Promise<{ total: number; unfinished: number }> {
  const total = await tx.taskExecution.count({ where: of });
  const unfinished =
    total === 0
      ? 0
      : await tx.taskExecution.count({ where: { ...of, status: { notIn: [...TERMINAL_STATUSES] } } });
  return { total, unfinished };
}
