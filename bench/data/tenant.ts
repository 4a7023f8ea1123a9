import pg from 'pg';

/** How much an organization has. */
export interface TenantSize {
  agents: number;
  tasks: number;
  /** In turns over the agents, spread evenly over a year that ends now. */
  executions: number;
  eventsPerExecution: number;
}

export interface Tenant extends TenantSize {
  organizationId: string;
  userId: string;
  email: string;
}

const FEWEST_EVENTS = 4;
/** So many runs go into one statement: a million at once would hold its sort and its triggers in memory. */
const BATCH = 50_000;

/**
 * Fills an organization by SQL, with what the product itself would have written: every key, every reference and every value
 * that it reads back. Agents are at work on a simulation server, so that they can also be run.
 */
export async function fillTenant(
  databaseUrl: string,
  args: TenantSize & { name: string; passwordHash: string; onProgress?: (line: string) => void },
): Promise<Tenant> {
  const { name, agents, tasks, executions } = args;
  const eventsPerExecution = Math.max(FEWEST_EVENTS, args.eventsPerExecution);
  const email = `${name}@bench.test`;
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ organizationId: string; userId: string }>(OWNER, [
      name,
      email,
      args.passwordHash,
    ]);
    const { organizationId, userId } = rows[0]!;
    await client.query(AGENTS, [organizationId, userId, agents]);
    await client.query(REVISIONS, [organizationId]);
    await client.query(TASKS, [organizationId, userId, tasks]);
    for (let from = 1; from <= executions; from += BATCH) {
      const to = Math.min(executions, from + BATCH - 1);
      await client.query(EXECUTIONS, [organizationId, userId, executions, from, to, eventsPerExecution]);
      args.onProgress?.(`${name}: ${to} of ${executions} runs`);
    }
    // Without it the planner knows nothing of what has just been written.
    await client.query('VACUUM (ANALYZE)');
    return { organizationId, userId, email, agents, tasks, executions, eventsPerExecution };
  } finally {
    await client.end();
  }
}

const OWNER = `
  WITH organization AS (
    INSERT INTO "Organization" ("id", "name", "slug", "plan", "updatedAt")
    VALUES (uuidv7(), 'Organization ' || $1, $1, 'PRO', now())
    RETURNING "id"
  ), server AS (
    INSERT INTO "ServerConfiguration" ("id", "organizationId", "name", "slug", "protocol", "status", "updatedAt")
    SELECT uuidv7(), "id", 'Simulation', 'simulation', 'SIMULATION', 'ONLINE', now() FROM organization
  )
  INSERT INTO "User" ("id", "organizationId", "email", "name", "role", "passwordHash", "updatedAt")
  SELECT uuidv7(), "id", $2, 'Administrator', 'ADMIN', $3, now() FROM organization
  RETURNING "organizationId", "id" AS "userId"`;

const AGENTS = `
  INSERT INTO "Agent" ("id", "organizationId", "name", "description", "role", "state", "serverId", "capabilities",
                       "maxConcurrency", "createdById", "createdAt", "updatedAt")
  SELECT uuidv7(at - clock_timestamp()), $1, 'Agent ' || n, 'Looks after the letters of department ' || n || '.',
         'WORKER', 'ACTIVE', server."id", ARRAY['writing', 'research'], 10, $2, at, at
  FROM generate_series(1, $3::int) AS n
  CROSS JOIN LATERAL (SELECT now() - interval '400 days' + n * interval '1 minute' AS at) made
  CROSS JOIN (SELECT "id" FROM "ServerConfiguration" WHERE "organizationId" = $1) server`;

/** As agentSnapshot in agent.revision.ts reads it. */
const REVISIONS = `
  INSERT INTO "AgentRevision" ("id", "organizationId", "agentId", "number", "snapshot", "createdById", "createdAt")
  SELECT uuidv7(a."createdAt" - clock_timestamp()), a."organizationId", a."id", 1,
         jsonb_build_object(
           'systemPrompt', a."systemPrompt", 'serverId', a."serverId", 'modelProviderId', a."modelProviderId",
           'model', a."model", 'capabilities', a."capabilities", 'maxConcurrency', a."maxConcurrency",
           'maxSteps', a."maxSteps", 'maxDurationMs', a."maxDurationMs", 'maxTokens', a."maxTokens",
           'maxCostMicros', a."maxCostMicros"::text, 'maxDepth', a."maxDepth", 'maxChildren', a."maxChildren",
           'permissions', '[]'::jsonb),
         a."createdById", a."createdAt"
  FROM "Agent" a WHERE a."organizationId" = $1`;

const TASKS = `
  INSERT INTO "Task" ("id", "organizationId", "title", "prompt", "agentId", "createdById", "createdAt", "updatedAt")
  SELECT uuidv7(at - clock_timestamp()), $1, 'Task ' || n, 'Answer the letters of week ' || n || '.', agent."id",
         $2, at, at
  FROM generate_series(1, $3::int) AS n
  CROSS JOIN LATERAL (SELECT now() - interval '399 days' + n * interval '1 minute' AS at) made
  JOIN (SELECT "id", row_number() OVER (ORDER BY "createdAt") AS number, count(*) OVER () AS agents
        FROM "Agent" WHERE "organizationId" = $1) agent ON agent.number = n % agent.agents + 1`;

/**
 * Every twentieth has failed, every fiftieth was cancelled, every third is of a task. The snapshot is as executionSnapshot
 * reads it; the log is QUEUED, RUNNING, pieces of output, the end.
 */
const EXECUTIONS = `
  WITH agent AS MATERIALIZED (
    SELECT a."id", a."serverId", a."name", a."systemPrompt", a."maxSteps", a."maxDurationMs", r."id" AS "revisionId",
           row_number() OVER (ORDER BY a."createdAt") AS number, count(*) OVER () AS agents
    FROM "Agent" a JOIN "AgentRevision" r ON r."agentId" = a."id" WHERE a."organizationId" = $1
  ), task AS MATERIALIZED (
    SELECT "id", row_number() OVER (ORDER BY "createdAt") AS number, count(*) OVER () AS tasks
    FROM "Task" WHERE "organizationId" = $1
  ), run AS (
    INSERT INTO "TaskExecution" ("id", "organizationId", "kind", "taskId", "agentId", "agentRevisionId", "serverId",
      "status", "failureReason", "failureMessage", "isSimulated", "prompt", "snapshot", "output", "fence", "lastSeq",
      "stepCount", "inputTokens", "outputTokens", "startedById", "cancelledById", "queuedAt", "startedAt", "resumedAt",
      "finishedAt", "createdAt", "updatedAt")
    SELECT uuidv7(at - clock_timestamp()), $1,
           (CASE WHEN task."id" IS NULL THEN 'PROMPT' ELSE 'TASK' END)::"ExecutionKind", task."id", agent."id",
           agent."revisionId", agent."serverId", status::"ExecutionStatus",
           CASE WHEN status = 'FAILED' THEN 'MODEL_ERROR'::"FailureReason" END,
           CASE WHEN status = 'FAILED' THEN 'The provider refused the request. Look at its settings.' END,
           true, 'Answer letter number ' || n || ' in a friendly way.',
           jsonb_build_object(
             'agentName', agent."name", 'systemPrompt', agent."systemPrompt", 'model', NULL, 'modelProviderId', NULL,
             'serverId', agent."serverId", 'onUnknownOutcome', 'FAIL',
             'limits', jsonb_build_object('maxSteps', agent."maxSteps", 'maxDurationMs', agent."maxDurationMs",
                                          'maxTokens', NULL, 'maxCostMicros', NULL)),
           CASE WHEN status = 'COMPLETED' THEN 'Dear reader, thank you for letter number ' || n || '.' END,
           1, $6::int, 1, 120, 80, $2, CASE WHEN status = 'CANCELLED' THEN $2 END, at, at + interval '40 ms',
           at + interval '40 ms', at + interval '3 s', at, at + interval '3 s'
    FROM generate_series($4::int, $5::int) AS n
    CROSS JOIN LATERAL (
      SELECT now() - ($3::int - n) * (interval '365 days' / $3::int) AS at,
             CASE WHEN n % 20 = 0 THEN 'FAILED' WHEN n % 50 = 1 THEN 'CANCELLED' ELSE 'COMPLETED' END AS status
    ) made
    JOIN agent ON agent.number = n % agent.agents + 1
    LEFT JOIN task ON n % 3 = 0 AND task.number = n % task.tasks + 1
    RETURNING "id", "organizationId", "status", "createdAt"
  )
  INSERT INTO "ExecutionEvent" ("executionId", "seq", "organizationId", "type", "payload", "occurredAt")
  SELECT run."id", seq, run."organizationId",
         (CASE WHEN seq IN (1, 2, $6::int) THEN 'STATUS_CHANGED' ELSE 'OUTPUT_APPENDED' END)::"ExecutionEventType",
         CASE seq WHEN 1 THEN jsonb_build_object('status', 'QUEUED')
                  WHEN 2 THEN jsonb_build_object('status', 'RUNNING')
                  WHEN $6::int THEN jsonb_build_object('status', run."status")
                  ELSE jsonb_build_object('text', 'Dear reader, this is piece ' || seq || ' of the answer. ') END,
         run."createdAt" + seq * interval '20 ms'
  FROM run CROSS JOIN generate_series(1, $6::int) AS seq`;
