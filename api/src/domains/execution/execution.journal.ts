import { z } from 'zod';
import type { ModelUsage } from '../../drivers/driver.ts';
import type { Machine } from '../context.ts';
import type { NewEvent } from '../run-events.ts';
import { inTransaction, type SqlClient } from '../../platform/database.ts';
import { type LogHead, writeLog } from '../execution-event/execution-event.log.ts';

/**
 * The steps of a run: one model reply or one tool call each. A step and the events that tell of it are written by one
 * statement, so whoever takes a run over finds a conversation that ends where the log does.
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
    const record: object =
      row.sealedRecord === null
        ? (row.record as object)
        : {
            // Where a reply ends in the log is no secret, and was not known yet when it was sealed.
            endSeq: (row.record as { endSeq?: number }).endSeq,
            ...(JSON.parse(
              machine.vault.open(row.sealedRecord, ownerOf({ ...row, step: callId ?? index })),
            ) as object),
          };
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

/** What goes into `record` and `sealedRecord`. */
function recordColumns<R>(
  machine: Machine,
  args: { executionId: string; step: string | number; record: R; shown: R },
): { shown: string; sealed: string | null } {
  const isWhole = args.shown === args.record;
  const sealed = isWhole ? null : machine.vault.seal(JSON.stringify(args.record), ownerOf(args));
  return { shown: JSON.stringify(args.shown), sealed };
}

export interface Totals extends ModelUsage {
  stepCount: number;
  costMicros: bigint;
}

/** What of a step is written together with its events. */
export type StepColumns = Pick<Parameters<typeof writeLog>[1], 'changes' | 'computed' | 'beside'>;

/** Events and the step that they tell of, by one statement. Null: the worker was replaced, and nothing is written. */
function writeStep(
  machine: Machine,
  {
    executionId,
    fence,
    events,
    along,
  }: Pick<StepWrite<unknown>, 'executionId' | 'fence' | 'events' | 'along'>,
  write: StepColumns,
): Promise<LogHead | null> {
  const step = { executionId, guard: { fence }, events, ...write };
  if (!along) return writeLog(machine.sql, step);
  return inTransaction(machine.sql, async (client) => {
    const head = await writeLog(client, step);
    if (head) await along(client);
    return head;
  });
}

type ModelStepWrite = StepWrite<Omit<ModelRecord, 'endSeq'>> & { totals: Totals };

/** A finished model reply, with the run's new totals. Null when the worker has been replaced. */
export const recordModelStep = (machine: Machine, args: ModelStepWrite): Promise<LogHead | null> =>
  writeStep(machine, args, modelStep(machine, args));

/** The same for whoever writes it with something else: the last reply of a run goes with its end. */
export function modelStep(
  machine: Machine,
  args: Pick<ModelStepWrite, 'executionId' | 'index' | 'record' | 'shown' | 'totals'>,
): StepColumns {
  const { shown, sealed } = recordColumns(machine, { ...args, step: args.index });
  return {
    changes: { ...args.totals, costMicros: args.totals.costMicros.toString() },
    // Where the reply ends in the log is known once its events have their numbers.
    beside: (bind) =>
      `INSERT INTO "ExecutionStep" ("id", "organizationId", "executionId", "index", "kind", "status", "record", "sealedRecord", "finishedAt")
       SELECT gen_random_uuid(), head."organizationId", head."id", ${bind(args.index)}::int, 'MODEL', 'FINISHED',
              ${bind(shown)}::jsonb || jsonb_build_object('endSeq', head."lastSeq"), ${bind(sealed)}, now()
       FROM head`,
  };
}

interface ToolStepWrite extends StepWrite<ToolRecord> {
  callId: string;
}

function insertToolStep(
  machine: Machine,
  args: ToolStepWrite,
  status: 'STARTED' | 'FINISHED',
): Promise<LogHead | null> {
  const { shown, sealed } = recordColumns(machine, { ...args, step: args.callId });
  const isRefused = args.record.decision.effect !== 'ALLOW';
  return writeStep(machine, args, {
    computed: isRefused ? ['"deniedCallCount" = "deniedCallCount" + 1'] : [],
    beside: (bind) =>
      `INSERT INTO "ExecutionStep" ("id", "organizationId", "executionId", "index", "kind", "status", "callId", "record", "sealedRecord", "finishedAt")
       SELECT gen_random_uuid(), head."organizationId", head."id", ${bind(args.index)}::int, 'TOOL', ${bind(status)}::"StepStatus",
              ${bind(args.callId)}, ${bind(shown)}::jsonb, ${bind(sealed)}, ${status === 'FINISHED' ? 'now()' : 'NULL'}
       FROM head`,
  });
}

/** Written before the call leaves: after a crash it is known that it may have. Null when replaced. */
export const startToolStep = (machine: Machine, args: ToolStepWrite) =>
  insertToolStep(machine, args, 'STARTED');

/** A call that never left: the gate refused it, or the studio carried it out itself. Null when replaced. */
export const recordInnerCall = (machine: Machine, args: ToolStepWrite) =>
  insertToolStep(machine, args, 'FINISHED');

/** What the tool answered. Null when replaced: the answer is lost, and the next worker knows that the call had left. */
export function finishToolStep(machine: Machine, args: ToolStepWrite): Promise<LogHead | null> {
  const { shown, sealed } = recordColumns(machine, { ...args, step: args.callId });
  return writeStep(machine, args, {
    beside: (bind) =>
      `UPDATE "ExecutionStep" s
       SET "status" = 'FINISHED', "record" = ${bind(shown)}::jsonb, "sealedRecord" = ${bind(sealed)}, "finishedAt" = now()
       FROM head WHERE s."executionId" = head."id" AND s."callId" = ${bind(args.callId)}`,
  });
}

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
