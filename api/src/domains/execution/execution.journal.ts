import { z } from 'zod';
import type { ModelUsage } from '../../drivers/driver.ts';
import type { Machine } from '../context.ts';
import type { NewEvent } from '../run-events.ts';
import { inTransaction, type SqlClient } from '../../platform/database.ts';
import { type ColumnChanges, type LogHead, writeLog } from '../execution-event/execution-event.log.ts';

/**
 * The steps of a run: one model reply or one tool call each. A step and the events that tell of it are written in one
 * transaction, so whoever takes a run over finds a conversation that ends where the log does.
 */
const HOUR_MS = 3_600_000;

const jsonObject = z.record(z.string(), z.unknown());

const toolCall = z.object({ callId: z.string(), name: z.string(), arguments: jsonObject });
const decision = z.object({ effect: z.enum(['ALLOW', 'ASK', 'DENY']), rule: z.string() });

const modelRecord = z.object({
  text: z.string(),
  toolCalls: z.array(toolCall),
  usage: z.object({
    inputTokens: z.number(),
    outputTokens: z.number(),
    cacheReadTokens: z.number().default(0),
    cacheWriteTokens: z.number().default(0),
    reasoningTokens: z.number().default(0),
  }),
  /** Number of the last event of this reply. */
  endSeq: z.number(),
});

const toolRecord = z.object({
  /** As the model names it. */
  name: z.string(),
  toolId: z.string().nullable(),
  toolName: z.string(),
  serverName: z.string().nullable(),
  arguments: jsonObject,
  decision,
  /** What the model is told beside the answer of the tool. */
  note: z.string().nullable().default(null),
  result: z.object({ isError: z.boolean(), text: z.string() }).nullable(),
});

export type ModelRecord = z.infer<typeof modelRecord>;
export type ToolRecord = z.infer<typeof toolRecord>;

export type Step =
  | { index: number; kind: 'MODEL'; record: ModelRecord }
  | { index: number; kind: 'TOOL'; callId: string; isFinished: boolean; record: ToolRecord };

/** Every step of a run, in order and with its secrets. Throws VaultError when they were sealed with another key. */
export async function readJournal(machine: Machine, args: { executionId: string }): Promise<Step[]> {
  const rows = await machine.db.executionStep.findMany({
    where: { executionId: args.executionId },
    orderBy: { index: 'asc' },
  });
  return rows.map((row): Step => {
    const { index, kind, callId } = row;
    const record: unknown =
      row.sealedRecord === null
        ? row.record
        : JSON.parse(machine.vault.open(row.sealedRecord, ownerOf({ ...row, step: callId ?? index })));
    if (kind === 'MODEL') return { index, kind, record: modelRecord.parse(record) };
    const isFinished = row.status === 'FINISHED';
    return { index, kind, callId: callId ?? '', isFinished, record: toolRecord.parse(record) };
  });
}

/** Which step a sealed record belongs to: a tool call has its id, a reply its index. */
const ownerOf = (of: { executionId: string; step: string | number }) => ({
  table: 'ExecutionStep',
  id: `${of.executionId}/${of.step}`,
  field: 'sealedRecord',
});

interface StepWrite<R> {
  executionId: string;
  organizationId: string;
  fence: number;
  index: number;
  events: readonly NewEvent[];
  /** What a run that is taken over goes on from. */
  record: R;
  /** The record as people may read it; the same object when it holds no secret. */
  shown: R;
  /** Rows of later nouns that change with the step. */
  along?: ((client: SqlClient) => Promise<void>) | undefined;
}

/** The columns `record` and `sealedRecord`. */
function recordColumns<R>(
  machine: Machine,
  args: { executionId: string; step: string | number; record: R; shown: R },
): [string, string | null] {
  const isWhole = args.shown === args.record;
  const sealed = isWhole ? null : machine.vault.seal(JSON.stringify(args.record), ownerOf(args));
  return [JSON.stringify(args.shown), sealed];
}

export interface Totals extends ModelUsage {
  stepCount: number;
  costMicros: bigint;
}

/** Events and the step that they tell of, in one transaction. Null: the worker was replaced, and nothing is written. */
const writeStep = (
  machine: Machine,
  {
    executionId,
    fence,
    events,
    along,
  }: Pick<StepWrite<unknown>, 'executionId' | 'fence' | 'events' | 'along'>,
  changes: ColumnChanges,
  write: (client: SqlClient, head: LogHead) => Promise<unknown>,
): Promise<LogHead | null> =>
  inTransaction(machine.sql, async (client) => {
    const head = await writeLog(client, { executionId, guard: { fence }, events, changes });
    if (!head) return null;
    await write(client, head);
    await along?.(client);
    return head;
  });

/** A finished model reply, with the run's new totals. Null when the worker has been replaced. */
export const recordModelStep = (
  machine: Machine,
  args: StepWrite<Omit<ModelRecord, 'endSeq'>> & { totals: Totals },
): Promise<LogHead | null> => {
  const totals = { ...args.totals, costMicros: args.totals.costMicros.toString() };
  return writeStep(machine, args, totals, (client, { lastSeq: endSeq }) => {
    const record: ModelRecord = { ...args.record, endSeq };
    const shown = args.shown === args.record ? record : { ...args.shown, endSeq };
    const columns = recordColumns(machine, { ...args, step: args.index, record, shown });
    return client.query(
      `INSERT INTO "ExecutionStep" ("id", "organizationId", "executionId", "index", "kind", "status", "record", "sealedRecord", "finishedAt")
       VALUES (gen_random_uuid(), $1, $2, $3, 'MODEL', 'FINISHED', $4, $5, now())`,
      [args.organizationId, args.executionId, args.index, ...columns],
    );
  });
};

interface ToolStepWrite extends StepWrite<ToolRecord> {
  callId: string;
}

const insertToolStep = (
  machine: Machine,
  args: ToolStepWrite,
  status: 'STARTED' | 'FINISHED',
): Promise<LogHead | null> =>
  writeStep(machine, args, {}, async (client) => {
    const columns = recordColumns(machine, { ...args, step: args.callId });
    await client.query(
      `INSERT INTO "ExecutionStep" ("id", "organizationId", "executionId", "index", "kind", "status", "callId", "record", "sealedRecord", "finishedAt")
       VALUES (gen_random_uuid(), $1, $2, $3, 'TOOL', $4::"StepStatus", $5, $6, $7, CASE WHEN $4 = 'FINISHED' THEN now() END)`,
      [args.organizationId, args.executionId, args.index, status, args.callId, ...columns],
    );
    if (args.record.decision.effect !== 'ALLOW') {
      await client.query(
        `UPDATE "TaskExecution" SET "deniedCallCount" = "deniedCallCount" + 1 WHERE "id" = $1`,
        [args.executionId],
      );
    }
  });

/** Written before the call leaves: after a crash it is known that it may have. Null when replaced. */
export const startToolStep = (machine: Machine, args: ToolStepWrite) =>
  insertToolStep(machine, args, 'STARTED');

/** A call that never left: the gate refused it, or the studio carried it out itself. Null when replaced. */
export const recordInnerCall = (machine: Machine, args: ToolStepWrite) =>
  insertToolStep(machine, args, 'FINISHED');

/** What the tool answered. Null when replaced: the answer is lost, and the next worker knows that the call had left. */
export const finishToolStep = (machine: Machine, args: ToolStepWrite): Promise<LogHead | null> =>
  writeStep(machine, args, {}, (client) =>
    client.query(
      `UPDATE "ExecutionStep" SET "status" = 'FINISHED', "record" = $3, "sealedRecord" = $4, "finishedAt" = now()
       WHERE "executionId" = $1 AND "callId" = $2`,
      [args.executionId, args.callId, ...recordColumns(machine, { ...args, step: args.callId })],
    ),
  );

/** First piece of a reply that was never finished, or null: what a watcher has to drop. */
export async function findUnfinishedReply(
  machine: Machine,
  args: { executionId: string; afterSeq: number },
): Promise<number | null> {
  const { rows } = await machine.sql.query<{ seq: number | null }>(
    `SELECT min("seq") AS "seq" FROM "ExecutionEvent"
     WHERE "executionId" = $1 AND "seq" > $2 AND "type" IN ('OUTPUT_APPENDED', 'THOUGHT_APPENDED')`,
    [args.executionId, args.afterSeq],
  );
  return rows[0]?.seq ?? null;
}

/** How often an agent has called a tool in the last hour: for rate limits. */
export async function countCallsOfHour(
  machine: Pick<Machine, 'sql' | 'clock'>,
  args: { organizationId: string; agentId: string; toolId: string },
): Promise<number> {
  const { rows } = await machine.sql.query<{ count: number }>(
    `SELECT count(*)::int AS "count" FROM "ExecutionStep" s JOIN "TaskExecution" e ON e."id" = s."executionId"
     WHERE e."organizationId" = $1 AND e."agentId" = $2 AND s."kind" = 'TOOL' AND s."startedAt" >= $3
       AND s."record"->>'toolId' = $4 AND s."record"->'decision'->>'effect' = 'ALLOW'`,
    [args.organizationId, args.agentId, new Date(machine.clock.now().getTime() - HOUR_MS), args.toolId],
  );
  return rows[0]?.count ?? 0;
}

/** Where the log stands, to find out whether a write whose answer was lost took effect. Null: not ours any more. */
export async function findLogHead(
  machine: Machine,
  args: { executionId: string; fence: number },
): Promise<number | null> {
  const { rows } = await machine.sql.query<{ lastSeq: number }>(
    `SELECT "lastSeq" FROM "TaskExecution" WHERE "id" = $1 AND "fence" = $2`,
    [args.executionId, args.fence],
  );
  return rows[0]?.lastSeq ?? null;
}
