import type { JsonObject } from '../../drivers/driver.ts';
import { digestJson } from '../../platform/crypto.ts';
import type { SqlClient } from '../../platform/database.ts';
import type { ApprovalStatus } from '../../generated/prisma/enums.ts';
import type { Machine } from '../context.ts';
import type { ExecutionSnapshot } from '../execution/execution.snapshot.ts';

/** What the engine does with approvals: it asks for one, and uses it once. Who decides is in approval.settle.ts. */

export interface NewApproval {
  id: string;
  organizationId: string;
  executionId: string;
  agentId: string;
  serverId: string;
  toolId: string;
  callId: string;
  toolName: string;
  serverName: string;
  /** As people may read them. */
  shownArguments: unknown;
  /** Of the arguments that the tool would get. */
  argumentsDigest: string;
  definitionHash: string;
  rule: string;
}

/** What a person said of a call, or that nobody has said anything yet. */
export interface Approval {
  id: string;
  status: ApprovalStatus;
  argumentsDigest: string;
  definitionHash: string;
  editedArguments: JsonObject | null;
  reason: string | null;
  resolvedBy: string | null;
}

export const argumentsDigestOf = (args: object): string => digestJson(args);

/** Asks for one, in the transaction in which its run comes to wait. */
export async function insertApproval(
  client: SqlClient,
  approval: NewApproval,
  { onUnanswered, answerWithinMs }: Pick<ExecutionSnapshot, 'onUnanswered' | 'answerWithinMs'>,
): Promise<void> {
  const a = approval;
  await client.query(
    `INSERT INTO "Approval" ("id", "organizationId", "executionId", "agentId", "serverId", "toolId", "callId", "toolName",
       "serverName", "arguments", "argumentsDigest", "definitionHash", "rule", "expiresAt", "escalatesForMs")
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, now() + $14::double precision * interval '1 millisecond', $15)`,
    [
      ...[a.id, a.organizationId, a.executionId, a.agentId, a.serverId, a.toolId, a.callId, a.toolName],
      ...[a.serverName, JSON.stringify(a.shownArguments), a.argumentsDigest, a.definitionHash, a.rule],
      onUnanswered === 'WAIT' ? null : answerWithinMs,
      onUnanswered === 'ESCALATE' ? answerWithinMs : null,
    ],
  );
}

/** Of one call. Null: nobody was asked. */
export async function findApproval(
  machine: Pick<Machine, 'db'>,
  { organizationId, executionId, callId }: { organizationId: string; executionId: string; callId: string },
): Promise<Approval | null> {
  const row = await machine.db.approval.findUnique({
    where: { executionId_callId: { executionId, callId }, organizationId },
    include: { resolvedBy: { select: { name: true } } },
  });
  if (!row) return null;
  return {
    ...row,
    editedArguments: row.editedArguments as JsonObject | null,
    resolvedBy: row.resolvedBy?.name ?? null,
  };
}

/** Whether a person has allowed this tool, as it is defined now, for the rest of the run. */
export async function isAllowedForRun(
  machine: Pick<Machine, 'db'>,
  of: {
    organizationId: string;
    executionId: string;
    toolId: string;
    serverId: string;
    definitionHash: string;
  },
): Promise<boolean> {
  const row = await machine.db.approval.findFirst({
    where: { ...of, status: 'APPROVED', remember: { not: 'ONCE' } },
    select: { id: true },
  });
  return row !== null;
}

/** An approval is good for one call. Throws when it has been used: then somebody else makes the call. */
export async function consumeApproval(client: SqlClient, id: string): Promise<void> {
  const { rowCount } = await client.query(
    `UPDATE "Approval" SET "consumedAt" = now() WHERE "id" = $1 AND "consumedAt" IS NULL`,
    [id],
  );
  if (rowCount !== 1) throw new Error(`The approval ${id} has been used before.`);
}
