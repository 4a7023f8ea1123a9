import type { Sql, SqlClient } from '../../platform/database.ts';
import { INSTANTS } from '../../platform/instant.ts';
import type { StoredEvent } from '../run-events.ts';

/** Reads the log of a run, in plain SQL: a long one is read as fast as it can be sent. */

type Row = [
  seq: number,
  type: StoredEvent['type'],
  payload: string,
  occurredAt: Date,
  organizationId: string,
];

/** Events with `seq > after`, in order: at least one if there is any, and no more than have so many bytes of payload together. */
export async function readLog(
  sql: Sql | SqlClient,
  args: { executionId: string; after: number; limit: number; bytes?: number },
): Promise<StoredEvent[]> {
  const { executionId } = args;
  const { rows } = await sql.query<Row>({
    name: 'read-log',
    rowMode: 'array',
    types: INSTANTS,
    text: `SELECT "seq", "type", "payload", "occurredAt", "organizationId" FROM (
             SELECT *, sum(octet_length("payload")) OVER (ORDER BY "seq") - octet_length("payload") AS "bytesBefore" FROM (
               SELECT "seq", "type", "payload"::text, "occurredAt", "organizationId"
               FROM "ExecutionEvent" WHERE "executionId" = $1 AND "seq" > $2 ORDER BY "seq" LIMIT $3
             ) AS "next"
           ) AS "measured" WHERE "bytesBefore" < $4`,
    values: [executionId, args.after, args.limit, args.bytes ?? Number.MAX_SAFE_INTEGER],
  });
  return rows.map(
    ([seq, type, payload, occurredAt, organizationId]) =>
      ({ executionId, organizationId, seq, type, payload: JSON.parse(payload), occurredAt }) as StoredEvent,
  );
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
