import type { Sql, SqlClient } from '../../platform/database.ts';
import type { ExecutionEventType, ExecutionStatus } from '../../generated/prisma/enums.ts';
import type { RungEvent } from '../channels.ts';
import type { EventPayloads, NewEvent } from '../run-events.ts';
import { planned } from '../../platform/planned.ts';
import { toRung } from './execution-event.rung.ts';

/**
 * The append-only log of a run, in plain SQL: it is the hottest path of the product. One statement takes the next
 * numbers under the execution's row lock, checks the guard and inserts the batch; a global sequence would let a
 * late commit be skipped for ever.
 */

/**
 * Who may write: the worker that holds this fence of a RUNNING run, or a transition from these statuses; with both, a
 * transition of the run that was seen at this fence. `isLapsed`: only if its worker has not been heard of.
 */
export type Guard =
  | { fence: number; statuses?: readonly ExecutionStatus[]; isLapsed?: boolean }
  | { fence?: never; statuses: readonly ExecutionStatus[]; isLapsed?: never };

/** Columns that change together with the events that explain them. Values are SQL parameters. */
export type ColumnChanges = { status?: ExecutionStatus } & Partial<
  Record<
    | 'failureReason'
    | 'failureMessage'
    | 'output'
    | 'agentSlot'
    | 'organizationSlot'
    | 'leaseOwner'
    | 'leaseUntil'
    | 'startedAt'
    | 'resumedAt'
    | 'activeMs'
    | 'wakeAt'
    | 'finishedAt'
    | 'cancelledById'
    | 'stepCount'
    | 'inputTokens'
    | 'outputTokens'
    | 'cacheReadTokens'
    | 'cacheWriteTokens'
    | 'reasoningTokens'
    | 'costMicros',
    unknown
  >
>;

/** Columns whose parameter needs a cast, because PostgreSQL does not guess an enum or a wide number. */
const CASTS: Record<string, string> = {
  status: '::"ExecutionStatus"',
  failureReason: '::"FailureReason"',
  costMicros: '::bigint',
  leaseUntil: '::timestamptz',
  startedAt: '::timestamptz',
  resumedAt: '::timestamptz',
  wakeAt: '::timestamptz',
  finishedAt: '::timestamptz',
};

export interface LogHead {
  organizationId: string;
  agentId: string;
  lastSeq: number;
  /** Something is to be done afterwards, and a row says so. */
  isFollowed: boolean;
  /** What was appended, for the bell; null when there is more than the caller knows of, or more than a bell carries. */
  rung: RungEvent[] | null;
}

/** Null when the guard does not hold any more: somebody else has moved the run on, and nothing was written. */
export async function writeLog(
  sql: Sql | SqlClient,
  args: {
    executionId: string;
    guard: Guard;
    events: readonly NewEvent[];
    changes?: ColumnChanges;
    /** Assignments that PostgreSQL computes, such as `"fence" = "fence" + 1`. */
    computed?: readonly string[];
    /** Calls that are still under way are told to be UNKNOWN, just before the last of the events. */
    closesCalls?: boolean;
    /** What is to be done afterwards, each with its condition on `head`; see execution.ended.ts. */
    followUps?: Readonly<Record<string, string>>;
    /** One more statement that is written or not with the rest: it selects from `head`, the run's row as it is by then. */
    beside?: (bind: (value: unknown) => string) => string;
  },
): Promise<LogHead | null> {
  const payloads = args.events.map((event) => JSON.stringify(event.payload));
  const values: unknown[] = [
    args.executionId,
    args.events.length,
    args.events.map((event) => event.type),
    payloads,
    args.events.map((event) => event.occurredAt.toISOString()),
  ];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const { fence, statuses = ['RUNNING'], isLapsed } = args.guard;
  const guard = [
    `"status"::text = ANY(${bind(statuses)}::text[])`,
    ...(fence === undefined ? [] : [`"fence" = ${bind(fence)}`]),
    ...(isLapsed ? ['"leaseUntil" < now()'] : []),
  ].join(' AND ');
  const assignments = Object.entries(args.changes ?? {}).map(
    ([column, value]) => `"${column}" = ${bind(value)}${CASTS[column] ?? ''}`,
  );
  // Watchers of changes look for this; see execution.position.ts.
  if (args.changes?.status) assignments.push('"changedXid" = pg_current_xact_id()::text::bigint');
  assignments.push(...(args.computed ?? []));
  const openCalls = args.closesCalls ? OPEN_CALLS : NO_CALLS;
  const followUps = Object.entries(args.followUps ?? {}).map(
    ([kind, condition]) => `SELECT "id", "organizationId", '${kind}' FROM head WHERE ${condition}`,
  );
  const followed =
    followUps.length === 0
      ? ''
      : `, followed AS (
         INSERT INTO "ExecutionFollowUp" ("executionId", "organizationId", "kind") ${followUps.join(' UNION ALL ')}
         ON CONFLICT DO NOTHING
         RETURNING true
       )`;
  const isFollowed = followed === '' ? 'false' : 'EXISTS (SELECT FROM followed)';
  const beside = args.beside ? `, beside AS (${args.beside(bind)})` : '';
  const text = `WITH "open" AS (${openCalls}), head AS (
       UPDATE "TaskExecution"
       SET ${[`"lastSeq" = "lastSeq" + $2::int + (SELECT count(*) FROM "open")::int`, '"updatedAt" = now()', ...assignments].join(', ')}
       WHERE "id" = $1 AND ${guard}
       RETURNING "id", "organizationId", "agentId", "parentId", "lastSeq"
     ), written AS (
       SELECT type, payload::jsonb, at, position FROM unnest($3::text[], $4::text[], $5::timestamptz[])
              WITH ORDINALITY AS event(type, payload, at, position)
       UNION ALL
       SELECT 'TOOL_CALL_UPDATED', payload, now(), $2::int - 0.5 FROM "open"
     ), inserted AS (
       INSERT INTO "ExecutionEvent" ("executionId", "seq", "organizationId", "type", "payload", "occurredAt")
       SELECT head."id", head."lastSeq" - (SELECT count(*) FROM written) + row_number() OVER (ORDER BY written.position),
              head."organizationId", written.type::"ExecutionEventType", written.payload, written.at
       FROM head, written
     )${followed}${beside}
     SELECT "organizationId", "agentId", "lastSeq", ${isFollowed} AS "isFollowed",
            (SELECT count(*)::int FROM written) AS "written"
     FROM head`;
  const { rows } = await sql.query<Omit<LogHead, 'rung'> & { written: number }>(planned(text, values));
  if (!rows[0]) return null;
  const { written, ...head } = rows[0];
  return { ...head, rung: written === payloads.length ? toRung(args.events, payloads) : null };
}

/** A call that left and whose end was never written: as its watchers know it, with what can be said of it now. */
const OPEN_CALLS = `
  SELECT call."payload" || jsonb_build_object(
           'status', 'UNKNOWN',
           'result', 'The run ended while this call was under way. Whether it took effect is not known.',
           'durationMs', (extract(epoch FROM now() - call."occurredAt") * 1000)::int) AS payload
  FROM "ExecutionStep" step
  CROSS JOIN LATERAL (
    SELECT "payload", "occurredAt" FROM "ExecutionEvent"
    WHERE "executionId" = $1 AND "type" = 'TOOL_CALL_UPDATED' AND "payload"->>'callId' = step."callId"
    ORDER BY "seq" DESC LIMIT 1
  ) call
  WHERE step."executionId" = $1 AND step."status" = 'STARTED' AND call."payload"->>'status' = 'RUNNING'`;
const NO_CALLS = 'SELECT NULL::jsonb AS payload WHERE false';

export const event = <T extends ExecutionEventType>(
  type: T,
  payload: EventPayloads[T],
  occurredAt: Date,
): NewEvent => ({ type, payload, occurredAt }) as NewEvent;
