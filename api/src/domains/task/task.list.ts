import type { TaskMode, TaskStatus } from '../../generated/prisma/enums.ts';
import type { Prisma } from '../../platform/database.ts';
import { NotFoundError } from '../../platform/errors.ts';
import type { ServiceContext } from '../context.ts';
import {
  allOf,
  type EnumCondition,
  enumWhere,
  orderOf,
  type Order,
  type StringCondition,
  stringWhere,
} from '../list.ts';
import { authorize, scoped } from '../policy.ts';

type TaskQuery = Pick<Prisma.TaskFindFirstArgs, 'select' | 'include'>;

export interface TaskFilter {
  includeArchived?: boolean | null;
  title?: StringCondition | null;
  mode?: EnumCondition<TaskMode> | null;
  status?: EnumCondition<TaskStatus> | null;
  agentId?: string | null;
}

const ORDER_COLUMNS = { CREATED_AT: 'createdAt', TITLE: 'title' } as const;

const whereOf = (ctx: ServiceContext, filter: TaskFilter | null | undefined) => ({
  AND: [
    scoped(ctx, 'read', 'Task'),
    filter?.includeArchived ? {} : { archivedAt: null },
    allOf({
      title: stringWhere(filter?.title),
      mode: enumWhere(filter?.mode),
      status: enumWhere(filter?.status),
      agentId: filter?.agentId,
    }),
  ],
});

export async function listTasks(
  ctx: ServiceContext,
  args: {
    query: Prisma.TaskFindManyArgs;
    filter?: TaskFilter | null;
    orderBy?: Order<keyof typeof ORDER_COLUMNS> | null;
  },
) {
  authorize(ctx, 'read', 'Task');
  return ctx.db.task.findMany({
    ...args.query,
    where: whereOf(ctx, args.filter),
    orderBy: orderOf(args.orderBy, ORDER_COLUMNS),
  });
}

export async function countTasks(ctx: ServiceContext, args: { filter?: TaskFilter | null }): Promise<number> {
  return ctx.db.task.count({ where: whereOf(ctx, args.filter) });
}

/** Throws NOT_FOUND. */
export async function getTask(ctx: ServiceContext, args: { query: TaskQuery; id: string }) {
  authorize(ctx, 'read', 'Task');
  const task = await ctx.db.task.findFirst({
    ...args.query,
    where: { AND: [scoped(ctx, 'read', 'Task'), { id: args.id }] },
  });
  if (!task) throw new NotFoundError('task', ['id']);
  return task;
}
