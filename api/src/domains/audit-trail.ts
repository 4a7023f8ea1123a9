import type { SqlClient, Transaction } from '../platform/database.ts';

/** What an audit entry says. */
export interface AuditFacts {
  organizationId: string;
  /** How the actor came in: a session, an API key, a job; null for somebody who has not proved who they are. */
  via: string | null;
  viaId: string | null;
  actorId: string | null;
  /** The mutation, as the schema names it. */
  action: string;
  targetType: string | null;
  targetId: string | null;
  /** The rows that it touched, with the fields that differ. */
  changes: unknown;
  address: string | null;
  requestId: string | null;
  outcome: 'DONE' | 'REFUSED';
  occurredAt: Date;
}

/** An entry in its place. */
export interface ChainedEntry extends Omit<AuditFacts, 'outcome'> {
  outcome: string;
  /** 1, 2, 3 … within the organization. */
  number: number;
  previousHash: string;
}

/** A place in the chain: the number and the hash of its entry. */
export interface ChainHead {
  number: number;
  hash: string;
}

/** The first entry that is not as it was written. */
export interface ChainFault {
  number: number;
  kind: 'EDITED' | 'REMOVED' | 'TRUNCATED';
}

export interface AuditTrail {
  /**
   * Writes an entry in the transaction of what it tells of: both are there or neither. Call it last, since it locks the end
   * of the organization's chain until the commit.
   */
  append(tx: Transaction | SqlClient, facts: AuditFacts): Promise<void>;
  /** The fault of an entry that should follow `head`; null when it is as it was written. */
  faultAfter(head: ChainHead, entry: ChainedEntry & { hash: string }): ChainFault | null;
}
