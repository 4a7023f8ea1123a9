import type { ExecutionStatus, TaskMode, TaskState } from '../../generated/prisma/enums.ts';
import type { Prisma } from '../../platform/database.ts';

/**
 * Where a task stands. DRAFT and PAUSED a person has set; of an ACTIVE one it follows from its runs, so it cannot come
 * apart from them.
 */
export type TaskStatus = Exclude<TaskState, 'ACTIVE'> | 'PENDING' | 'SCHEDULED' | Standing;
type Standing = 'QUEUED' | 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELLED';

/** How an ACTIVE task stands by its last run. A firing that was SKIPPED is none: see the view in schema.prisma. */
const STANDINGS: Record<Exclude<ExecutionStatus, 'SKIPPED'>, Standing> = {
  QUEUED: 'QUEUED',
  RUNNING: 'RUNNING',
  WAITING_APPROVAL: 'RUNNING',
  WAITING_INPUT: 'RUNNING',
  WAITING_CHILDREN: 'RUNNING',
  WAITING_RETRY: 'RUNNING',
  COMPLETED: 'COMPLETED',
  FAILED: 'FAILED',
  CANCELLED: 'CANCELLED',
};
type RunStatus = keyof typeof STANDINGS;

const isRunStatus = (status: ExecutionStatus): status is RunStatus => status in STANDINGS;
const runStatusesOf = (standing: Standing): RunStatus[] =>
  (Object.keys(STANDINGS) as RunStatus[]).filter((status) => STANDINGS[status] === standing);

/** The columns and the row that a status follows from. */
export const STATUS_FACTS = {
  state: true,
  mode: true,
  lastRun: { select: { status: true } },
} satisfies Prisma.TaskSelect;

export function statusOf(task: {
  state: TaskState;
  mode: TaskMode;
  lastRun: { status: ExecutionStatus } | null;
}): TaskStatus {
  const { state, mode, lastRun } = task;
  if (state !== 'ACTIVE') return state;
  if (lastRun && isRunStatus(lastRun.status)) return STANDINGS[lastRun.status];
  return mode === 'IMMEDIATE' ? 'PENDING' : 'SCHEDULED';
}

/** Tasks of one status. */
export function whereStatus(status: TaskStatus): Prisma.TaskWhereInput {
  switch (status) {
    case 'DRAFT':
    case 'PAUSED':
      return { state: status };
    case 'PENDING':
      return { state: 'ACTIVE', mode: 'IMMEDIATE', lastRun: null };
    case 'SCHEDULED':
      return { state: 'ACTIVE', mode: { not: 'IMMEDIATE' }, lastRun: null };
    default:
      return { state: 'ACTIVE', lastRun: { status: { in: runStatusesOf(status) } } };
  }
}
