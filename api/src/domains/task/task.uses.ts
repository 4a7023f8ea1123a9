import type { UnitOfWork } from '../change.ts';
import { taskPolicy } from './task.policy.ts';

/** What other nouns ask of tasks. */

/** Leaves the tasks of an agent that goes without one. */
export async function releaseTasks(
  { tx, record }: UnitOfWork,
  of: { organizationId: string; agentId: string },
): Promise<void> {
  const released = await tx.task.updateManyAndReturn({
    where: of,
    data: { agentId: null },
    select: { id: true },
  });
  for (const { id } of released)
    record({ policy: taskPolicy, id }, { agentId: of.agentId }, { agentId: null });
}
