import type { Machine } from '../context.ts';
import { ringApproval, settleApproval } from './approval.settle.ts';

/** In one sweep; the rest waits for the next. */
const MOST_AT_ONCE = 500;

interface Overdue {
  id: string;
  executionId: string;
  organizationId: string;
}

/**
 * What nobody has answered in time is put before those of a higher role, when it is to be, and else refused. Every worker
 * may do it at the same time. Returns how many there were.
 */
export async function sweepApprovals(machine: Machine): Promise<number> {
  const { rows: escalated } = await machine.sql.query<Overdue>(
    `UPDATE "Approval" SET "escalatedAt" = now(), "expiresAt" = now() + "escalatesForMs" * interval '1 millisecond'
     WHERE "id" IN (
       SELECT "id" FROM "Approval"
       WHERE "status" = 'PENDING' AND "expiresAt" <= now() AND "escalatesForMs" IS NOT NULL AND "escalatedAt" IS NULL
       ORDER BY "expiresAt" LIMIT $1 FOR UPDATE SKIP LOCKED
     ) RETURNING "id", "executionId", "organizationId"`,
    [MOST_AT_ONCE],
  );
  for (const { id, organizationId } of escalated) ringApproval(machine, { approvalId: id, organizationId });
  const { rows: overdue } = await machine.sql.query<Overdue>(
    `SELECT "id", "executionId", "organizationId" FROM "Approval"
     WHERE "status" = 'PENDING' AND "expiresAt" <= now() ORDER BY "expiresAt" LIMIT $1`,
    [MOST_AT_ONCE],
  );
  for (const approval of overdue) {
    await settleApproval(machine, approval, {
      status: 'EXPIRED',
      reason: 'Nobody has answered in time.',
      editedArguments: null,
      remember: 'ONCE',
      resolvedById: null,
    });
  }
  return escalated.length + overdue.length;
}
