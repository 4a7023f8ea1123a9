import { NotFoundError } from '../../platform/errors.ts';
import type { UnitOfWork } from '../change.ts';
import type { ServiceContext } from '../context.ts';
import { scoped } from '../policy.ts';
import { taskPolicy } from './task.policy.ts';

/** What other nouns ask of tasks. */

/** A task that may be run now. Throws NOT_FOUND. */
export async function getRunnableTask(ctx: ServiceContext, id: string) {
  const task = await ctx.db.task.findFirst({
    where: { AND: [scoped(ctx, 'run', 'Task'), { id, archivedAt: null }] },
  });
  if (!task) throw new NotFoundError('task', ['input', 'taskId']);
  return task;
}

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
