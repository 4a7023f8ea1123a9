import type { JsonObject } from '../../drivers/driver.ts';
import type { InputRequestStatus } from '../../generated/prisma/enums.ts';
import type { SqlClient } from '../../platform/database.ts';
import type { Machine } from '../context.ts';
import type { ExecutionSnapshot } from '../execution/execution.snapshot.ts';
import type { AnswerSchema } from './answer-schema.ts';

/** What the engine does with questions: it asks one, and reads the answer. Who answers is in input-request.settle.ts. */

export interface NewInputRequest {
  id: string;
  organizationId: string;
  executionId: string;
  agentId: string;
  callId: string;
  question: string;
  schema: AnswerSchema;
}

export interface Answered {
  id: string;
  status: InputRequestStatus;
  answer: JsonObject | null;
  resolvedBy: string | null;
}

/** Asks it, in the transaction in which its run comes to wait. */
export async function insertInputRequest(
  client: SqlClient,
  request: NewInputRequest,
  { onUnanswered, answerWithinMs }: Pick<ExecutionSnapshot, 'onUnanswered' | 'answerWithinMs'>,
): Promise<void> {
  const { id, organizationId, executionId, agentId, callId, question, schema } = request;
  await client.query(
    `INSERT INTO "InputRequest" ("id", "organizationId", "executionId", "agentId", "callId", "question", "schema", "expiresAt")
     VALUES ($1, $2, $3, $4, $5, $6, $7, now() + $8::double precision * interval '1 millisecond')`,
    [
      ...[id, organizationId, executionId, agentId, callId, question, JSON.stringify(schema)],
      onUnanswered === 'WAIT' ? null : answerWithinMs,
    ],
  );
}

/** Of one call. Null: it was not asked yet. */
export async function findInputRequest(
  machine: Pick<Machine, 'db'>,
  { organizationId, executionId, callId }: { organizationId: string; executionId: string; callId: string },
): Promise<Answered | null> {
  const row = await machine.db.inputRequest.findUnique({
    where: { executionId_callId: { executionId, callId }, organizationId },
    include: { resolvedBy: { select: { name: true } } },
  });
  return row && { ...row, answer: row.answer as JsonObject | null, resolvedBy: row.resolvedBy?.name ?? null };
}
