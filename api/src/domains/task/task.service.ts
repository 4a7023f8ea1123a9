import { isForeignKeyViolation, type Transaction } from '../../platform/database.ts';
import { ConflictError, NotFoundError } from '../../platform/errors.ts';
import { parseInput } from '../../platform/input.ts';
import { changesOf } from '../change.ts';
import type { ServiceContext } from '../context.ts';
import { TERMINAL_STATUSES } from '../execution/execution.status.ts';
import { authorize, scoped } from '../policy.ts';
import { lockRow } from '../row-lock.ts';
import { taskChange, taskCreation } from './task.input.ts';
import { taskPolicy } from './task.policy.ts';

/** Saves a task that runs whenever somebody runs it. Throws ValidationError, NotFoundError. */
export async function createTask(ctx: ServiceContext, input: unknown): Promise<{ id: string }> {
  const { organizationId, userId } = authorize(ctx, 'create', taskPolicy);
  const { cron: _cron, scheduledAt: _scheduledAt, mode: _mode, ...data } = parseInput(taskCreation, input);
  return ctx.db.$transaction(async (tx) => {
    await findAgent(ctx, tx, data.agentId);
    return tx.task.create({
      data: { ...changesOf(data), organizationId, createdById: userId },
      select: { id: true },
    });
  });
}

/**
 * Absent is unchanged, null clears. Runs that were accepted keep the prompt they were accepted with. Throws
 * ValidationError, NotFoundError, ConflictError.
 */
export async function updateTask(
  ctx: ServiceContext,
  args: { id: string; input: unknown },
): Promise<{ id: string }> {
  authorize(ctx, 'update', taskPolicy);
  const { cron: _cron, scheduledAt: _scheduledAt, ...data } = parseInput(taskChange, args.input);
  return ctx.db.$transaction(async (tx) => {
    const where = { AND: [scoped(ctx, 'update', 'Task'), { id: args.id }] };
    const task = await tx.task.findFirst({ where, select: { archivedAt: true } });
    if (!task) throw new NotFoundError('task', ['input', 'taskId']);
    if (task.archivedAt) {
      throw new ConflictError('This task is archived: it can be read, not changed. Create a new one.', {
        path: ['input', 'taskId'],
        code: 'ARCHIVED',
      });
    }
    if (data.agentId !== undefined) await findAgent(ctx, tx, data.agentId);
    await tx.task.updateMany({ where, data: changesOf(data) });
    return { id: args.id };
  });
}

/**
 * Deletes a task that never ran, and archives one that did. Throws NotFoundError, and ConflictError while it runs.
 */
export async function deleteTask(ctx: ServiceContext, args: { id: string }): Promise<{ id: string }> {
  const { organizationId } = authorize(ctx, 'delete', taskPolicy);
  const { id } = args;
  const path = ['input', 'taskId'];
  try {
    await ctx.db.$transaction(async (tx) => {
      const where = { AND: [scoped(ctx, 'delete', 'Task'), { id }] };
      const task = await tx.task.findFirst({ where, select: { archivedAt: true } });
      if (!task) throw new NotFoundError('task', path);
      if (task.archivedAt) return;
      const runs = { organizationId, taskId: id };
      const unfinished = await tx.taskExecution.count({
        where: { ...runs, status: { notIn: [...TERMINAL_STATUSES] } },
      });
      if (unfinished > 0) {
        throw new ConflictError('This task has a run that has not ended. Cancel it first, or wait.', {
          path,
        });
      }
      const hasHistory = (await tx.taskExecution.count({ where: runs })) > 0;
      if (hasHistory) await tx.task.updateMany({ where, data: { archivedAt: ctx.clock.now() } });
      else await tx.task.deleteMany({ where });
    });
  } catch (error) {
    if (!isForeignKeyViolation(error)) throw error;
    throw new ConflictError('This task was started at the same time. Try again.', { path });
  }
  return { id };
}

async function findAgent(ctx: ServiceContext, tx: Transaction, id: string): Promise<void> {
  await lockRow(tx, 'Agent', id, 'refer');
  const where = { AND: [scoped(ctx, 'read', 'Agent'), { id, archivedAt: null }] };
  if (!(await tx.agent.findFirst({ where, select: { id: true } }))) {
    throw new NotFoundError('agent', ['input', 'agentId']);
  }
}
