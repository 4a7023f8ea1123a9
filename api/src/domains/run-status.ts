import type { ExecutionStatus } from '../generated/prisma/enums.ts';

/** The kinds of statuses that a run may have, which every noun may ask of: where it may go is in execution.status.ts. */
export const TERMINAL_STATUSES = [
  'COMPLETED',
  'FAILED',
  'CANCELLED',
  'SKIPPED',
] as const satisfies ExecutionStatus[];
/** Nobody drives it and it holds no slot; `resumeExecution` is the one way back. */
export const WAITING_STATUSES = [
  'WAITING_APPROVAL',
  'WAITING_INPUT',
  'WAITING_CHILDREN',
  'WAITING_RETRY',
] as const satisfies ExecutionStatus[];
/** The agent is at work or waits inside a run: what makes it BUSY. */
export const ACTIVE_STATUSES = ['RUNNING', ...WAITING_STATUSES] as const satisfies ExecutionStatus[];

export const isTerminal = (status: ExecutionStatus): boolean =>
  (TERMINAL_STATUSES as readonly string[]).includes(status);
