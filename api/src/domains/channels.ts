import type { ExecutionEventType } from '../generated/prisma/enums.ts';

/** An event as a bell tells it: the text of its payload, and its instant in ISO 8601. */
export interface RungEvent {
  type: ExecutionEventType;
  payload: string;
  occurredAt: string;
}

/** The doorbells between processes. The rows are the truth, whatever a message says of them. */
export interface Channels {
  /**
   * An execution's log has grown up to `lastSeq`, or its row has changed. `events`: the last ones up to `lastSeq`, for who
   * watches that execution; absent where they are not known or too large.
   */
  execution: {
    executionId: string;
    organizationId: string;
    lastSeq: number;
    events?: readonly RungEvent[];
  };
  /** The holder of this execution has been replaced or cancelled and must stop. */
  executionStop: { executionId: string };
  /** An approval of this organization was asked for, put before others, or decided. */
  approval: { organizationId: string; approvalId: string };
  /** A session, or all of a user's, must be checked again: revoked, disabled or another role. */
  identity: { organizationId: string; userId: string; sessionId: string | null };
  /** A server was deleted, or is reached otherwise now: connections to it end. To `EVERYONE`. */
  server: { serverId: string };
}
