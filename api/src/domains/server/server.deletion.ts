import type { Transaction } from '../../platform/database.ts';
import type { Machine } from '../context.ts';

/** What deleting a server would do. `reason` is a sentence for whoever is asked. */
export type ServerDeletion =
  | { effect: 'REFUSED'; reason: string }
  | { effect: 'ARCHIVED'; reason: string; history: string }
  | { effect: 'DELETED'; reason: string };

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

/** Asked before a person decides, and again, under the lock of the row, when the decision is carried out. */
export async function planServerDeletion(
  { dependents }: Pick<Machine, 'dependents'>,
  db: Pick<Transaction, 'agent' | 'taskExecution'>,
  of: { organizationId: string; serverId: string },
): Promise<ServerDeletion> {
  const { live, archived } = await dependents.countAgents(db, of);
  if (live > 0) {
    const who = counted(live, 'agent uses', 'agents use');
    return {
      effect: 'REFUSED',
      reason: `${who} this server. Give them another one or delete them first.`,
    };
  }
  const { total: executions } = await dependents.countRuns(db, of);
  if (executions + archived === 0) {
    return { effect: 'DELETED', reason: 'It was never used: it is deleted with its tools and credentials.' };
  }
  const history = [
    ...(executions > 0 ? [counted(executions, 'execution', 'executions')] : []),
    ...(archived > 0 ? [counted(archived, 'archived agent', 'archived agents')] : []),
  ].join(', ');
  return {
    effect: 'ARCHIVED',
    history,
    reason: `It has a history (${history}), which stays readable: the server is archived and its credentials are erased.`,
  };
}
