import type { Sql, SqlClient } from '../../platform/database.ts';
import type { ExecutionEventType, ExecutionStatus } from '../../generated/prisma/enums.ts';
import type { EventPayloads, NewEvent, StoredEvent } from './execution-event.payloads.ts';
import { taskStatusOf } from '../execution/execution.status.ts';

/**
 * The append-only log of a run, in plain SQL: it is the hottest path of the product. One statement takes the next
 * numbers under the execution's row lock, checks the guard and inserts the batch; a global sequence would let a
 * late commit be skipped for ever.
 */

/** Who may write: the worker that holds this fence of a RUNNING run, or a transition from these statuses. */
export type Guard = { fence: number } | { statuses: readonly string[] };

/** Columns that change together with the events that explain them. Values are SQL parameters. */
export type ColumnChanges = { status?: ExecutionStatus } & Partial<
  Record<
    | 'failureReason'
    | 'failureMessage'
    | 'output'
    | 'fence'
    | 'leaseOwner'
    | 'leaseUntil'
    | 'finishedAt'
    | 'cancelledById'
    | 'stepCount'
    | 'inputTokens'
    | 'outputTokens'
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
  finishedAt: '::timestamptz',
};

export interface LogHead {
  organizationId: string;
  agentId: string;
  lastSeq: number;
}

/** Null when the guard does not hold any more: somebody else has moved the run on, and nothing was written. */
export async function writeLog(
  sql: Sql | SqlClient,
  args: {
    executionId: string;
    guard: Guard;
    events: readonly NewEvent[];
    changes?: ColumnChanges;
    bumpFence?: boolean;
  },
): Promise<LogHead | null> {
  const values: unknown[] = [
    args.executionId,
    args.events.length,
    args.events.map((event) => event.type),
    args.events.map((event) => JSON.stringify(event.payload)),
    args.events.map((event) => event.occurredAt.toISOString()),
  ];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const guard =
    'fence' in args.guard
      ? `"fence" = ${bind(args.guard.fence)} AND "status" = 'RUNNING'`
      : `"status"::text = ANY(${bind(args.guard.statuses)}::text[])`;
  const assignments = Object.entries(args.changes ?? {}).map(
    ([column, value]) => `"${column}" = ${bind(value)}${CASTS[column] ?? ''}`,
  );
  // Watchers of changes look for this; see execution.position.ts.
  if (args.changes?.status) assignments.push('"changedXid" = pg_current_xact_id()::text::bigint');
  if (args.bumpFence) assignments.push(`"fence" = "fence" + 1`);
  // A task shows where its last run stands; one statement moves both, so they cannot come apart.
  const taskStatus = args.changes?.status && taskStatusOf(args.changes.status);
  const taskUpdate = taskStatus
    ? `, task AS (
         UPDATE "Task" SET "status" = ${bind(taskStatus)}::"TaskStatus" FROM head WHERE "Task"."id" = head."taskId"
       )`
    : '';
  const { rows } = await sql.query<LogHead>(
    `WITH head AS (
       UPDATE "TaskExecution"
       SET ${['"lastSeq" = "lastSeq" + $2::int', '"updatedAt" = now()', ...assignments].join(', ')}
       WHERE "id" = $1 AND ${guard}
       RETURNING "id", "organizationId", "agentId", "taskId", "lastSeq"
     ), inserted AS (
       INSERT INTO "ExecutionEvent" ("executionId", "seq", "organizationId", "type", "payload", "occurredAt")
       SELECT head."id", head."lastSeq" - $2::int + event.position, head."organizationId",
              event.type::"ExecutionEventType", event.payload::jsonb, event.at
       FROM head, unnest($3::text[], $4::text[], $5::timestamptz[]) WITH ORDINALITY AS event(type, payload, at, position)
     )${taskUpdate}
     SELECT "organizationId", "agentId", "lastSeq" FROM head`,
    values,
  );
  return rows[0] ?? null;
}

/** Events with `seq > after`, in order. */
export async function readLog(
  sql: Sql | SqlClient,
  args: { executionId: string; after: number; limit: number },
): Promise<StoredEvent[]> {
  const { rows } = await sql.query<StoredEvent>({
    name: 'read-log',
    text: `SELECT "executionId", "organizationId", "seq", "type", "payload", "occurredAt"
           FROM "ExecutionEvent" WHERE "executionId" = $1 AND "seq" > $2 ORDER BY "seq" LIMIT $3`,
    values: [args.executionId, args.after, args.limit],
  });
  return rows;
}

/** One page of a log in either direction; `after` and `before` are exclusive bounds. Always in rising order. */
export async function pageLog(
  sql: Sql,
  args: { executionId: string; after: number; before: number | null; limit: number; isFromEnd: boolean },
): Promise<StoredEvent[]> {
  const { rows } = await sql.query<StoredEvent>(
    `SELECT "executionId", "organizationId", "seq", "type", "payload", "occurredAt"
     FROM "ExecutionEvent" WHERE "executionId" = $1 AND "seq" > $2 AND ($3::int IS NULL OR "seq" < $3)
     ORDER BY "seq" ${args.isFromEnd ? 'DESC' : 'ASC'} LIMIT $4`,
    [args.executionId, args.after, args.before, args.limit],
  );
  return args.isFromEnd ? rows.reverse() : rows;
}

export const event = <T extends ExecutionEventType>(
  type: T,
  payload: EventPayloads[T],
  occurredAt: Date,
): NewEvent => ({ type, payload, occurredAt }) as NewEvent;
