import { ExecutionStatus, type FailureReason } from '../../generated/prisma/enums.ts';

/** Predicates over statuses, in one pure place. */
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

const FROM_WAITING = ['QUEUED', 'CANCELLED'] as const satisfies ExecutionStatus[];

/** Where a run may go from where it stands; the lifecycle guards its moves by it. Every run begins as QUEUED. */
export const TRANSITIONS: Record<ExecutionStatus, readonly ExecutionStatus[]> = {
  QUEUED: ['RUNNING', 'FAILED', 'CANCELLED'],
  RUNNING: [...WAITING_STATUSES, 'COMPLETED', 'FAILED', 'CANCELLED'],
  WAITING_APPROVAL: FROM_WAITING,
  WAITING_INPUT: FROM_WAITING,
  WAITING_CHILDREN: FROM_WAITING,
  WAITING_RETRY: FROM_WAITING,
  COMPLETED: [],
  FAILED: [],
  CANCELLED: [],
  SKIPPED: [],
};

/** The statuses from which a run may come to this one. */
export const statusesBefore = (status: ExecutionStatus): ExecutionStatus[] =>
  Object.values(ExecutionStatus).filter((before) => TRANSITIONS[before].includes(status));

export const isTerminal = (status: ExecutionStatus): boolean =>
  (TERMINAL_STATUSES as readonly string[]).includes(status);

/** How a run ends. */
export type Outcome =
  | { status: 'COMPLETED'; output: string }
  | { status: 'FAILED'; failureReason: FailureReason; failureMessage: string; output: string | null };

/** How a run comes to wait instead: for a person, an answer, other runs or a while. */
export interface Suspension {
  status: (typeof WAITING_STATUSES)[number];
  /** When it goes on by itself; null: somebody has to resume it. */
  wakeAt: Date | null;
}

export const isSuspension = (end: Outcome | Suspension): end is Suspension =>
  (WAITING_STATUSES as readonly string[]).includes(end.status);
