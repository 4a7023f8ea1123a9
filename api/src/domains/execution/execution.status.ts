import type { ExecutionStatus, FailureReason, TaskStatus } from '../../generated/prisma/enums.ts';

/** Predicates over statuses, in one pure place. */
export const TERMINAL_STATUSES = [
  'COMPLETED',
  'FAILED',
  'CANCELLED',
  'SKIPPED',
] as const satisfies ExecutionStatus[];
const WAITING_STATUSES = ['WAITING_APPROVAL', 'WAITING_CHILDREN'] as const satisfies ExecutionStatus[];
/** The agent is at work or waits inside a run: what makes it BUSY. */
export const ACTIVE_STATUSES = ['RUNNING', ...WAITING_STATUSES] as const satisfies ExecutionStatus[];

export const isTerminal = (status: ExecutionStatus): boolean =>
  (TERMINAL_STATUSES as readonly string[]).includes(status);

/** How a task stands when its last run stands so; null leaves it as it is. */
export function taskStatusOf(status: ExecutionStatus): TaskStatus | null {
  switch (status) {
    case 'RUNNING':
    case 'WAITING_APPROVAL':
    case 'WAITING_CHILDREN':
      return 'RUNNING';
    case 'QUEUED':
    case 'COMPLETED':
    case 'FAILED':
    case 'CANCELLED':
      return status;
    case 'SKIPPED':
      return null;
    default:
      return status satisfies never;
  }
}

/** How a run ends. */
export type Outcome =
  | { status: 'COMPLETED'; output: string }
  | { status: 'FAILED'; failureReason: FailureReason; failureMessage: string; output: string | null };
