import type { Sql, SqlClient } from '../../platform/database.ts';
import type { ExecutionStatus, OrganizationPlan } from '../../generated/prisma/enums.ts';
import { PLAN_LIMITS } from '../organization/plan.ts';
import { planned } from '../../platform/planned.ts';
import type { Rung } from './execution.bell.ts';

/**
 * Capacity. A RUNNING run holds a numbered slot of its agent, and one of its organization where the plan has a limit. The
 * numbers stand in the run's own row and are unique there, so nothing has to be counted under a lock, a slot cannot be
 * held by two, and none is left behind: it goes with the status that held it.
 */
const SLOTS_OF_PLANS = JSON.stringify(
  Object.fromEntries(
    Object.entries(PLAN_LIMITS).map(([plan, limits]) => [plan, limits.concurrentExecutions]),
  ),
);

export interface Claimable {
  id: string;
  organizationId: string;
  agentId: string;
  startedById: string | null;
  status: ExecutionStatus;
  fence: number;
  recoveries: number;
  leaseOwner: string | null;
  isLapsed: boolean;
  prompt: string;
  /** As it is stored. */
  snapshot: unknown;
  stepCount: number;
  inputTokens: number;
  outputTokens: number;
  cacheReadTokens: number;
  cacheWriteTokens: number;
  reasoningTokens: number;
  costMicros: string;
  startedAt: Date | null;
  resumedAt: Date | null;
  activeMs: number;
  lastSeq: number;
  plan: OrganizationPlan;
  /** One that nobody holds, chosen at random so that claims at the same time seldom meet; null: there is none. */
  freeAgentSlot: number | null;
  freeOrganizationSlot: number | null;
}

/** A slot of `column` up to `limit` that no run of the same owner holds, unless as many as that are held. */
const freeSlot = (
  column: 'agentSlot' | 'organizationSlot',
  owner: 'agentId' | 'organizationId',
  limit: string,
) =>
  `(SELECT n FROM generate_series(1, ${limit}) AS n
    WHERE NOT EXISTS (SELECT FROM "TaskExecution" x WHERE x."${owner}" = e."${owner}" AND x."${column}" = n)
      AND (SELECT count(*) FROM "TaskExecution" x WHERE x."${owner}" = e."${owner}" AND x."${column}" > 0) < ${limit}
    ORDER BY random() LIMIT 1)`;

const CLAIMABLE = `SELECT e."id", e."organizationId", e."agentId", e."startedById", e."status", e."fence", e."recoveries",
         e."leaseOwner", coalesce(e."leaseUntil" < now(), false) AS "isLapsed", e."prompt", e."snapshot",
         e."stepCount", e."inputTokens", e."outputTokens", e."cacheReadTokens", e."cacheWriteTokens",
         e."reasoningTokens", e."costMicros", e."startedAt", e."resumedAt", e."activeMs", e."lastSeq", o."plan",
         ${freeSlot('agentSlot', 'agentId', 'a."maxConcurrency"')} AS "freeAgentSlot",
         ${freeSlot('organizationSlot', 'organizationId', '($2::jsonb->>o."plan"::text)::int')} AS "freeOrganizationSlot"
  FROM "TaskExecution" e
  JOIN "Agent" a ON a."id" = e."agentId"
  JOIN "Organization" o ON o."id" = e."organizationId"
  WHERE e."id" = $1`;

/** A run with all that a claim has to know. Null: there is no such run. */
export async function findClaimable(sql: Sql, executionId: string): Promise<Claimable | null> {
  const { rows } = await sql.query<Claimable>(planned(CLAIMABLE, [executionId, SLOTS_OF_PLANS]));
  return rows[0] ?? null;
}

/** Agent or plan runs as much as it may. */
export const isBusy = ({ plan, freeAgentSlot, freeOrganizationSlot }: Claimable): boolean =>
  freeAgentSlot === null ||
  (PLAN_LIMITS[plan].concurrentExecutions !== null && freeOrganizationSlot === null);

const STARTABLE = `SELECT "id", "fence", "priority" FROM (
       SELECT next.*, $3::jsonb->>o."plan"::text AS slots,
              row_number() OVER (PARTITION BY a."organizationId" ORDER BY next."createdAt", next."id") AS turn,
              (SELECT count(*) FROM "TaskExecution" x
               WHERE x."organizationId" = o."id" AND x."organizationSlot" > 0) AS held
       FROM "Agent" a
       JOIN "Organization" o ON o."id" = a."organizationId"
       CROSS JOIN LATERAL (
         SELECT "id", "fence", "priority", "createdAt" FROM "TaskExecution" e
         WHERE e."agentId" = a."id" AND e."status" = 'QUEUED'
         ORDER BY "createdAt", "id"
         LIMIT least($2::int, greatest(0, a."maxConcurrency" - (
           SELECT count(*) FROM "TaskExecution" x WHERE x."agentId" = a."id" AND x."agentSlot" > 0)))
       ) next
       WHERE $1::text IS NULL OR (
         a."organizationId" = $1
         AND EXISTS (SELECT FROM "TaskExecution" WHERE "organizationId" = $1 AND "status" = 'QUEUED'))
     ) startable
     WHERE turn <= $2 AND (slots IS NULL OR turn <= slots::int - held)
     ORDER BY turn, "createdAt", "id"`;

/**
 * The QUEUED runs that a slot is free for, oldest first and in turns by organization: those of an agent that is busy are
 * passed over, and a tenant with a long queue keeps nobody waiting. At most `most` of each organization.
 */
export async function listStartable(
  sql: Sql | SqlClient,
  args: { organizationId: string | null; most: number },
): Promise<Rung[]> {
  const { rows } = await sql.query<Rung>(
    planned(STARTABLE, [args.organizationId, args.most, SLOTS_OF_PLANS]),
  );
  return rows;
}
