import { ExecutionStatus, type FailureReason } from '../../generated/prisma/enums.ts';
import type { SqlClient } from '../../platform/database.ts';
import type { NewEvent } from '../run-events.ts';
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
  /** What it asks a person: rows and events that are written together with the status, and told of afterwards. */
  asks?: { events: readonly NewEvent[]; write(client: SqlClient): Promise<void>; ring(): void };
}

export const isSuspension = (end: Outcome | Suspension): end is Suspension =>
  (WAITING_STATUSES as readonly string[]).includes(end.status);
