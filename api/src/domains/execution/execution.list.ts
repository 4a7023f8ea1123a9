import type { Prisma } from '../../platform/database.ts';
import type { ExecutionKind, ExecutionStatus } from '../../generated/prisma/enums.ts';
import type { ServiceContext } from '../context.ts';
import {
  allOf,
  type DateTimeCondition,
  dateTimeWhere,
  type EnumCondition,
  enumWhere,
  orderOf,
  type Order,
  type StringCondition,
  stringWhere,
} from '../list.ts';
import { authorize, scoped } from '../policy.ts';

export interface ExecutionFilter {
  status?: EnumCondition<ExecutionStatus> | null;
  kind?: EnumCondition<ExecutionKind> | null;
  agentId?: string | null;
  taskId?: string | null;
  createdAt?: DateTimeCondition | null;
  prompt?: StringCondition | null;
}

const ORDER_COLUMNS = { CREATED_AT: 'createdAt' } as const;

/** Executions that match the filter and that the viewer may see. */
export const executionWhere = (
  ctx: Pick<ServiceContext, 'ability'>,
  filter: ExecutionFilter | null | undefined,
): Prisma.TaskExecutionWhereInput => ({
  AND: [
    scoped(ctx, 'read', 'TaskExecution'),
    allOf({
      status: enumWhere(filter?.status),
      kind: enumWhere(filter?.kind),
      agentId: filter?.agentId,
      taskId: filter?.taskId,
      createdAt: dateTimeWhere(filter?.createdAt),
      prompt: stringWhere(filter?.prompt),
    }),
  ],
});

export async function listExecutions(
  ctx: ServiceContext,
  args: {
    query: Prisma.TaskExecutionFindManyArgs;
    filter?: ExecutionFilter | null;
    orderBy?: Order<keyof typeof ORDER_COLUMNS> | null;
  },
) {
  authorize(ctx, 'read', 'TaskExecution');
  return ctx.db.taskExecution.findMany({
    ...args.query,
    where: executionWhere(ctx, args.filter),
    orderBy: orderOf(args.orderBy, ORDER_COLUMNS),
  });
}

export async function countExecutions(
  ctx: ServiceContext,
  args: { filter?: ExecutionFilter | null },
): Promise<number> {
  return ctx.db.taskExecution.count({ where: executionWhere(ctx, args.filter) });
}
