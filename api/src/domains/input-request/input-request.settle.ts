import type { JsonObject } from '../../drivers/driver.ts';
import type { InputRequestStatus } from '../../generated/prisma/enums.ts';
import type { SqlClient } from '../../platform/database.ts';
import type { Machine } from '../context.ts';
import { event } from '../execution-event/execution-event.log.ts';
import { resumeByAnswer } from '../execution/execution.answer.ts';
import type { Transact } from '../execution/execution.lifecycle.ts';

/** How a question comes to its end. By nobody when `resolvedById` is null: the time to answer is over. */
export interface Reply {
  status: Extract<InputRequestStatus, 'ANSWERED' | 'DECLINED' | 'EXPIRED'>;
  answer: JsonObject | null;
  resolvedById: string | null;
}

/** PENDING → its end, and its run goes on. False: it does not wait any more. */
export async function settleInputRequest(
  machine: Machine,
  { id, executionId }: { id: string; executionId: string },
  reply: Reply,
  transact?: Transact,
): Promise<boolean> {
  const payload = { inputRequestId: id, outcome: reply.status, answer: reply.answer };
  return resumeByAnswer(
    machine,
    { executionId, event: event('INPUT_RESOLVED', payload, machine.clock.now()) },
    (client) => writeReply(client, id, reply),
    transact,
  );
}

async function writeReply(
  client: SqlClient,
  id: string,
  { status, answer, resolvedById }: Reply,
): Promise<boolean> {
  const isDue =
    status === 'EXPIRED' ? '"expiresAt" <= now()' : '("expiresAt" IS NULL OR "expiresAt" > now())';
  const { rowCount } = await client.query(
    `UPDATE "InputRequest" SET "status" = $2::"InputRequestStatus", "answer" = $3, "resolvedById" = $4, "resolvedAt" = now()
     WHERE "id" = $1 AND "status" = 'PENDING' AND ${isDue}`,
    [id, status, answer && JSON.stringify(answer), resolvedById],
  );
  return rowCount === 1;
}

/** What waits for a person in a run that has ended waits no more; in the transaction of that end. */
export async function cancelInputRequests(
  client: SqlClient,
  { executionId }: { executionId: string },
): Promise<void> {
  await client.query(
    `UPDATE "InputRequest" SET "status" = 'CANCELLED', "resolvedAt" = now()
     WHERE "executionId" = $1 AND "status" = 'PENDING'`,
    [executionId],
  );
}

/** In one sweep; the rest waits for the next. */
const MOST_AT_ONCE = 500;

/** What nobody has answered in time is told to the agent as such. Every worker may do it at the same time. */
export async function sweepInputRequests(machine: Machine): Promise<number> {
  const { rows } = await machine.sql.query<{ id: string; executionId: string }>(
    `SELECT "id", "executionId" FROM "InputRequest"
     WHERE "status" = 'PENDING' AND "expiresAt" <= now() ORDER BY "expiresAt" LIMIT $1`,
    [MOST_AT_ONCE],
  );
  for (const request of rows)
    await settleInputRequest(machine, request, { status: 'EXPIRED', answer: null, resolvedById: null });
  return rows.length;
}
