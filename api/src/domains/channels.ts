/** The doorbells between processes. Each message carries ids only: the rows are the truth. */
export interface Channels {
  /** An execution's log has grown up to `lastSeq`, or its row has changed. */
  execution: { executionId: string; organizationId: string; lastSeq: number };
  /** The holder of this execution has been replaced or cancelled and must stop. */
  executionStop: { executionId: string };
  /** A session, or all of a user's, must be checked again: revoked, disabled or another role. */
  identity: { organizationId: string; userId: string; sessionId: string | null };
  /** A server was deleted, or is reached otherwise now: connections to it end. To `EVERYONE`. */
  server: { serverId: string };
}
