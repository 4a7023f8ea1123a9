import type { ExecutionKind, TaskPriority } from '../../generated/prisma/enums.ts';
import type { SqlClient } from '../../platform/database.ts';
import { planned } from '../../platform/planned.ts';
import type { Machine } from '../context.ts';
import { newRowId } from '../row-id.ts';
import { ringChange, ringQueue, type Rung } from './execution.bell.ts';
import type { ExecutionSnapshot } from './execution.snapshot.ts';

/**
 * → QUEUED, the first move of every run, in plain SQL: one statement takes the run's place in the month of its
 * organization, inserts it and writes its first event.
 */
export interface NewExecution {
  organizationId: string;
  kind: ExecutionKind;
  taskId: string | null;
  agentId: string;
  agentRevisionId: string;
  serverId: string;
  prompt: string;
  /** What the template was filled with. */
  variables: object;
  snapshot: ExecutionSnapshot;
  priority: TaskPriority;
  attempt: number;
  retryOfId: string | null;
  startedById: string;
  isSimulated: boolean;
}

interface Accepted extends Rung {
  organizationId: string;
  lastSeq: number;
}

/** Null: the organization has started as many runs this month as `most` allows. */
type Insert = (client: SqlClient, run: NewExecution, most: number | null) => Promise<Accepted | null>;

/**
 * `work` is the transaction in which the run is inserted, by what it is given. The bells ring when it is committed, and
 * nobody waits for the queue: the sweep finds a run whose bell was lost.
 */
export async function acceptExecution(
  machine: Machine,
  work: (insert: Insert) => Promise<Accepted>,
): Promise<{ executionId: string }> {
  const run = await work((client, data, most) => insertQueued(machine, client, data, most));
  ringChange(machine, run.id, run);
  void ringQueue(machine, run);
  return { executionId: run.id };
}

/** The columns that a new run says, each with the cast of its parameter. */
const COLUMNS = {
  id: '::text',
  organizationId: '::text',
  kind: '::"ExecutionKind"',
  taskId: '::text',
  agentId: '::text',
  agentRevisionId: '::text',
  serverId: '::text',
  prompt: '::text',
  variables: '::jsonb',
  snapshot: '::jsonb',
  priority: '::"TaskPriority"',
  attempt: '::int',
  retryOfId: '::text',
  startedById: '::text',
  isSimulated: '::boolean',
} as const satisfies Record<keyof NewExecution | 'id', string>;
const NAMES = Object.keys(COLUMNS) as (keyof typeof COLUMNS)[];

/** Two runs at once cannot both take the last place: the second waits for the row of the month, and counts it again. */
const INSERT = `
  WITH "counted" AS (
    INSERT INTO "ExecutionMonth" ("organizationId", "month", "executions") VALUES ($1, $2::date, 1)
    ON CONFLICT ("organizationId", "month") DO UPDATE SET "executions" = "ExecutionMonth"."executions" + 1
    WHERE $3::int IS NULL OR "ExecutionMonth"."executions" < $3
    RETURNING true
  ), "run" AS (
    INSERT INTO "TaskExecution" (${NAMES.map((name) => `"${name}"`).join(', ')}, "status", "lastSeq", "updatedAt")
    SELECT ${NAMES.map((name, index) => `$${index + 5}${COLUMNS[name]}`).join(', ')}, 'QUEUED', 1, now()
    FROM "counted"
    RETURNING "id", "organizationId", "lastSeq", "fence", "priority"
  ), "first" AS (
    INSERT INTO "ExecutionEvent" ("executionId", "seq", "organizationId", "type", "payload", "occurredAt")
    SELECT "id", 1, "organizationId", 'STATUS_CHANGED', '{"status": "QUEUED"}', $4::timestamptz FROM "run"
  )
  SELECT * FROM "run"`;

async function insertQueued(
  machine: Machine,
  client: SqlClient,
  run: NewExecution,
  most: number | null,
): Promise<Accepted | null> {
  const now = machine.clock.now();
  const row = { ...run, id: newRowId(now) };
  const { rows } = await client.query<Accepted>(
    planned(INSERT, [
      run.organizationId,
      `${now.toISOString().slice(0, 7)}-01`,
      most,
      now.toISOString(),
      ...NAMES.map((name) => row[name]),
    ]),
  );
  return rows[0] ?? null;
}
