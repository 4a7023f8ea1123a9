import type { ExecutionStatus, FailureReason } from '../../generated/prisma/enums.ts';

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

/** How a run ends. */
export type Outcome =
  | { status: 'COMPLETED'; output: string }
  | { status: 'FAILED'; failureReason: FailureReason; failureMessage: string; output: string | null };
