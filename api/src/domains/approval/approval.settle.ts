import type { SqlClient } from '../../platform/database.ts';
import type { ApprovalScope, ApprovalStatus } from '../../generated/prisma/enums.ts';
import type { Machine } from '../context.ts';
import { event } from '../execution-event/execution-event.log.ts';
import { resumeByAnswer } from '../execution/execution.answer.ts';
import type { Transact } from '../execution/execution.lifecycle.ts';

/** How an approval comes to its end. By nobody when `resolvedById` is null: the time to answer is over. */
export interface Settlement {
  status: Extract<ApprovalStatus, 'APPROVED' | 'REJECTED' | 'EXPIRED'>;
  reason: string | null;
  editedArguments: object | null;
  remember: ApprovalScope;
  resolvedById: string | null;
}

/** PENDING → its end, and its run goes on. False: it does not wait any more. */
export async function settleApproval(
  machine: Machine,
  { id, executionId, organizationId }: { id: string; executionId: string; organizationId: string },
  settlement: Settlement,
  transact?: Transact,
): Promise<boolean> {
  const { status, reason } = settlement;
  const payload = { approvalId: id, isApproved: status === 'APPROVED', reason };
  const isSettled = await resumeByAnswer(
    machine,
    { executionId, event: event('APPROVAL_RESOLVED', payload, machine.clock.now()) },
    (client) => writeSettlement(client, id, settlement),
    transact,
  );
  if (isSettled) ringApproval(machine, { approvalId: id, organizationId });
  return isSettled;
}

async function writeSettlement(client: SqlClient, id: string, settlement: Settlement): Promise<boolean> {
  const { status, reason, editedArguments, remember, resolvedById } = settlement;
  const isDue =
    status === 'EXPIRED' ? '"expiresAt" <= now()' : '("expiresAt" IS NULL OR "expiresAt" > now())';
  const { rowCount } = await client.query(
    `UPDATE "Approval" SET "status" = $2::"ApprovalStatus", "reason" = $3, "editedArguments" = $4,
       "remember" = $5::"ApprovalScope", "resolvedById" = $6, "resolvedAt" = now()
     WHERE "id" = $1 AND "status" = 'PENDING' AND ${isDue}`,
    [id, status, reason, editedArguments && JSON.stringify(editedArguments), remember, resolvedById],
  );
  return rowCount === 1;
}

/** Tells who watches the approvals of the organization that one has changed. */
export const ringApproval = (
  machine: Pick<Machine, 'pubsub'>,
  of: { approvalId: string; organizationId: string },
): void => machine.pubsub.ring('approval', of.organizationId, of);

/** What waits for a person in a run that has ended waits no more; in the transaction of that end. */
export async function cancelApprovals(
  client: SqlClient,
  { executionId }: { executionId: string },
): Promise<void> {
  await client.query(
    `UPDATE "Approval" SET "status" = 'CANCELLED', "resolvedAt" = now() WHERE "executionId" = $1 AND "status" = 'PENDING'`,
    [executionId],
  );
}
