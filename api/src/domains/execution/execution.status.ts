import { ExecutionStatus, type FailureReason } from '../../generated/prisma/enums.ts';
import { WAITING_STATUSES } from '../run-status.ts';

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
