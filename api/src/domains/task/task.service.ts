import { isForeignKeyViolation } from '../../platform/database.ts';
import { ConflictError, NotFoundError } from '../../platform/errors.ts';
import { parseInput } from '../../platform/input.ts';
import { holdAgent } from '../agent/agent.uses.ts';
import { change, changesOf } from '../change.ts';
import type { ServiceContext } from '../context.ts';
import { authorize, scoped } from '../policy.ts';
import { type TaskChange, taskChange, type TaskCreation, taskCreation } from './task.input.ts';
import { taskPolicy } from './task.policy.ts';

/** Saves a task that runs whenever somebody runs it. Throws ValidationError, NotFoundError. */
export async function createTask(ctx: ServiceContext, input: TaskCreation): Promise<{ id: string }> {
  const { organizationId, userId } = authorize(ctx, 'create', taskPolicy);
  const { cron: _cron, scheduledAt: _scheduledAt, mode: _mode, ...data } = parseInput(taskCreation, input);
  const creation = { action: 'create', policy: taskPolicy, operation: 'taskCreate' } as const;
  return change(ctx, creation, async ({ tx, record }) => {
    await holdAgent(tx, ctx, data.agentId);
    const task = await tx.task.create({ data: { ...changesOf(data), organizationId, createdById: userId } });
    const { id } = task;
    record({ policy: taskPolicy, id }, null, task);
    return { id };
  });
}

/**
 * Absent is unchanged, null clears. Runs that were accepted keep the prompt they were accepted with. Throws
 * ValidationError, NotFoundError, ConflictError.
 */
export async function updateTask(
  ctx: ServiceContext,
  args: { id: string; input: TaskChange },
): Promise<{ id: string }> {
  authorize(ctx, 'update', taskPolicy);
  const { cron: _cron, scheduledAt: _scheduledAt, ...data } = parseInput(taskChange, args.input);
  const update = { action: 'update', policy: taskPolicy, operation: 'taskUpdate' } as const;
  return change(ctx, update, async ({ tx, record }) => {
    const where = { AND: [scoped(ctx, 'update', 'Task'), { id: args.id }] };
    const task = await tx.task.findFirst({ where });
    if (!task) throw new NotFoundError('task', ['input', 'taskId']);
    if (task.archivedAt) {
      throw new ConflictError('This task is archived: it can be read, not changed. Create a new one.', {
        path: ['input', 'taskId'],
        code: 'ARCHIVED',
      });
    }
    if (data.agentId !== undefined) await holdAgent(tx, ctx, data.agentId);
    const changes = changesOf(data);
    await tx.task.updateMany({ where, data: changes });
    record({ policy: taskPolicy, id: args.id }, task, { ...task, ...changes });
    return { id: args.id };
  });
}

/**
 * Deletes a task that never ran, and archives one that did. Throws NotFoundError, and ConflictError while it runs.
 */
export async function deleteTask(ctx: ServiceContext, args: { id: string }): Promise<{ id: string }> {
  const { id } = args;
  const target = { policy: taskPolicy, id };
  const deletion = { action: 'delete', policy: taskPolicy, operation: 'taskDelete' } as const;
  const path = ['input', 'taskId'];
  try {
    await change(ctx, deletion, async ({ tx, viewer, record }) => {
      const where = { AND: [scoped(ctx, 'delete', 'Task'), { id }] };
      const task = await tx.task.findFirst({ where });
      if (!task) throw new NotFoundError('task', path);
      if (task.archivedAt) return record(target, task, task);
      const runs = await ctx.dependents.countRuns(tx, { organizationId: viewer.organizationId, taskId: id });
      if (runs.unfinished > 0) {
        throw new ConflictError('This task has a run that has not ended. Cancel it first, or wait.', {
          path,
        });
      }
      if (runs.total === 0) {
        await tx.task.deleteMany({ where });
        record(target, task, null);
      } else {
        const archived = { archivedAt: ctx.clock.now() };
        await tx.task.updateMany({ where, data: archived });
        record(target, task, { ...task, ...archived });
      }
    });
  } catch (error) {
    if (!isForeignKeyViolation(error)) throw error;
    throw new ConflictError('This task was started at the same time. Try again.', { path });
  }
  return { id };
}
