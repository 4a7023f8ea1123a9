import type { Machine } from '../context.ts';
import type { ExecutionSnapshot } from './execution.snapshot.ts';
import { inTransaction } from '../../platform/database.ts';
import { event, type LogHead, writeLog } from '../execution-event/execution-event.log.ts';
import { ACTIVE_STATUSES, type Outcome } from './execution.status.ts';
import { PLAN_LIMITS } from '../organization/plan.ts';
import type { NewEvent } from '../execution-event/execution-event.payloads.ts';
import type { OrganizationPlan, TaskPriority } from '../../generated/prisma/enums.ts';
import { ringExecution } from './execution.bell.ts';

/**
 * The only writer of an execution's status. Every move is a compare-and-set that appends the event which explains it,
 * in one transaction; zero rows mean that somebody else was first.
 *
 *   QUEUED → RUNNING → COMPLETED | FAILED | CANCELLED
 */

/** A worker that has not been heard of for so long has lost its run. Beats come three times as often. */
export const LEASE_MS = 6_000;
/** After so many lost workers the run itself is the likely cause. */
export const MOST_RECOVERIES = 3;

/** A run in the hands of one worker. Everything the worker writes names the fence. */
export interface ClaimedExecution {
  id: string;
  organizationId: string;
  agentId: string;
  startedById: string | null;
  fence: number;
  prompt: string;
  snapshot: ExecutionSnapshot;
  /** Earlier workers were lost: there may be steps and half a reply. */
  isRecovery: boolean;
  stepCount: number;
  inputTokens: number;
  outputTokens: number;
  costMicros: bigint;
  startedAt: Date;
  lastSeq: number;
}

export type Claim =
  | { status: 'CLAIMED'; execution: ClaimedExecution }
  /** Not claimable: finished, or in other hands. */
  | { status: 'GONE' }
  /** Agent or plan runs as much as it may; the run stays QUEUED and is rung when another ends. */
  | { status: 'BUSY' };

interface ClaimRow {
  id: string;
  organizationId: string;
  agentId: string;
  startedById: string | null;
  status: string;
  recoveries: number;
  isLapsed: boolean;
  maxConcurrency: number;
  plan: OrganizationPlan;
}

/** Takes a QUEUED run, or one whose worker is lost. Throws only when the database is away. */
export async function claimExecution(
  machine: Machine,
  args: { executionId: string; owner: string },
): Promise<Claim> {
  const claim = await inTransaction(
    machine.sql,
    async (client): Promise<{ claim: Claim; head: LogHead | null }> => {
      // The rows of agent and organization are the locks under which their running executions are counted.
      const { rows } = await client.query<ClaimRow>(
        `SELECT e."id", e."organizationId", e."agentId", e."startedById", e."status", e."recoveries",
              e."leaseUntil" < now() AS "isLapsed", a."maxConcurrency", o."plan"
       FROM "TaskExecution" e
       JOIN "Agent" a ON a."id" = e."agentId"
       JOIN "Organization" o ON o."id" = e."organizationId"
       WHERE e."id" = $1
       FOR NO KEY UPDATE OF a, o`,
        [args.executionId],
      );
      const row = rows[0];
      const isRecovery = row?.status === 'RUNNING' && row.isLapsed;
      if (!row || (row.status !== 'QUEUED' && !isRecovery)) return { claim: { status: 'GONE' }, head: null };
      if (isRecovery && row.recoveries >= MOST_RECOVERIES) {
        const head = await writeLostWorker(machine, client, row.id);
        return { claim: { status: 'GONE' }, head };
      }
      if (!isRecovery) {
        const { rows: counts } = await client.query<{ ofAgent: number; ofOrganization: number }>(
          `SELECT count(*) FILTER (WHERE "agentId" = $2)::int AS "ofAgent", count(*)::int AS "ofOrganization"
         FROM "TaskExecution" WHERE "organizationId" = $1 AND "status" = 'RUNNING'`,
          [row.organizationId, row.agentId],
        );
        const { ofAgent, ofOrganization } = counts[0]!;
        const planLimit = PLAN_LIMITS[row.plan].concurrentExecutions ?? Infinity;
        if (ofAgent >= row.maxConcurrency || ofOrganization >= planLimit)
          return { claim: { status: 'BUSY' }, head: null };
      }
      const now = machine.clock.now();
      const { rows: claimed } = await client.query<Omit<ClaimedExecution, 'isRecovery' | 'lastSeq'>>(
        `UPDATE "TaskExecution"
       SET "status" = 'RUNNING', "fence" = "fence" + 1, "leaseOwner" = $2,
           "leaseUntil" = now() + make_interval(secs => $3), "startedAt" = coalesce("startedAt", now()),
           "recoveries" = "recoveries" + $4
       WHERE "id" = $1 AND ("status" = 'QUEUED' OR ("status" = 'RUNNING' AND "leaseUntil" < now()))
       RETURNING "id", "organizationId", "agentId", "startedById", "fence", "prompt", "snapshot", "stepCount",
                 "inputTokens", "outputTokens", "costMicros", "startedAt"`,
        [row.id, args.owner, LEASE_MS / 1_000, isRecovery ? 1 : 0],
      );
      const execution = claimed[0];
      if (!execution) return { claim: { status: 'GONE' }, head: null };
      const explanation = isRecovery
        ? event(
            'LOG_WRITTEN',
            { level: 'WARN', message: 'The worker was lost; another goes on from the last finished step.' },
            now,
          )
        : event('STATUS_CHANGED', { status: 'RUNNING' }, now);
      const head = await writeLog(client, {
        executionId: row.id,
        guard: { fence: execution.fence },
        changes: { status: 'RUNNING' },
        events: [explanation],
      });
      if (!head) throw new Error('A run that was just claimed is not ours');
      const costMicros = BigInt(execution.costMicros);
      const claimedExecution = {
        ...execution,
        costMicros,
        isRecovery,
        lastSeq: head.lastSeq,
      };
      return { claim: { status: 'CLAIMED', execution: claimedExecution }, head };
    },
  );
  if (claim.head) ring(machine, args.executionId, claim.head, claim.claim.status === 'GONE');
  return claim.claim;
}

async function writeLostWorker(
  machine: Machine,
  client: Parameters<typeof writeLog>[0],
  executionId: string,
) {
  const failureMessage = `The worker was lost ${MOST_RECOVERIES + 1} times while it drove this run. Look into the worker's log before you retry it.`;
  return writeLog(client, {
    executionId,
    guard: { statuses: ['RUNNING'] },
    bumpFence: true,
    changes: { ...ended(machine), status: 'FAILED', failureReason: 'WORKER_LOST', failureMessage },
    events: [
      event(
        'STATUS_CHANGED',
        { status: 'FAILED', failureReason: 'WORKER_LOST', message: failureMessage },
        machine.clock.now(),
      ),
    ],
  });
}

const ended = (machine: Machine) => ({
  finishedAt: machine.clock.now().toISOString(),
  leaseOwner: null,
  leaseUntil: null,
});

/** Ends a run with the last events of its worker. Null when the worker had been replaced: nothing was written. */
export async function finishExecution(
  machine: Machine,
  args: { executionId: string; fence: number; outcome: Outcome; events: readonly NewEvent[] },
): Promise<LogHead | null> {
  const { outcome } = args;
  const failure =
    outcome.status === 'FAILED'
      ? { failureReason: outcome.failureReason, failureMessage: outcome.failureMessage }
      : { failureReason: null, failureMessage: null };
  const explanation = event(
    'STATUS_CHANGED',
    outcome.status === 'FAILED'
      ? { status: 'FAILED', failureReason: outcome.failureReason, message: outcome.failureMessage }
      : { status: outcome.status },
    machine.clock.now(),
  );
  const head = await writeLog(machine.sql, {
    executionId: args.executionId,
    guard: { fence: args.fence },
    changes: { ...ended(machine), ...failure, status: outcome.status, output: outcome.output },
    events: [...args.events, explanation],
  });
  if (!head) return null;
  ring(machine, args.executionId, head, true);
  await ringNextQueued(machine, head);
  return head;
}

/** Cancels a run in any state, at once; false when it had already ended. The worker is told and fenced out. */
export async function cancelExecution(
  machine: Machine,
  args: { executionId: string; cancelledById: string | null },
): Promise<boolean> {
  const head = await writeLog(machine.sql, {
    executionId: args.executionId,
    guard: { statuses: ['QUEUED', ...ACTIVE_STATUSES] },
    bumpFence: true,
    changes: { ...ended(machine), status: 'CANCELLED', cancelledById: args.cancelledById },
    events: [event('STATUS_CHANGED', { status: 'CANCELLED' }, machine.clock.now())],
  });
  if (!head) return false;
  machine.pubsub.ring('executionStop', args.executionId, { executionId: args.executionId });
  ring(machine, args.executionId, head, true);
  await ringNextQueued(machine, head);
  return true;
}

/** Prolongs the lease. False: the run is in other hands or has ended, and the worker must stop. */
export async function beatExecution(
  machine: Machine,
  args: { executionId: string; fence: number },
): Promise<boolean> {
  const { rowCount } = await machine.sql.query(
    `UPDATE "TaskExecution" SET "leaseUntil" = now() + make_interval(secs => $3)
     WHERE "id" = $1 AND "fence" = $2 AND "status" = 'RUNNING'`,
    [args.executionId, args.fence, LEASE_MS / 1_000],
  );
  return rowCount === 1;
}

/** Gives a run back, for a worker that shuts down: the lease ends now, and the bell is rung for another. */
export async function releaseExecution(
  machine: Machine,
  args: { executionId: string; fence: number },
): Promise<void> {
  const { rowCount } = await machine.sql.query(
    `UPDATE "TaskExecution" SET "leaseUntil" = now() - interval '1 second', "recoveries" = "recoveries" - 1
     WHERE "id" = $1 AND "fence" = $2 AND "status" = 'RUNNING'`,
    [args.executionId, args.fence],
  );
  if (rowCount === 1)
    await ringExecution(machine, { executionId: args.executionId, fence: args.fence, priority: 'HIGH' });
}

/** A place has become free: wake the run that has waited longest, of the same agent first. */
async function ringNextQueued(
  machine: Machine,
  head: { organizationId: string; agentId: string },
): Promise<void> {
  const { rows } = await machine.sql.query<{ id: string; fence: number; priority: TaskPriority }>(
    `SELECT "id", "fence", "priority" FROM "TaskExecution"
     WHERE "organizationId" = $1 AND "status" = 'QUEUED'
     ORDER BY ("agentId" = $2) DESC, "createdAt", "id" LIMIT 1`,
    [head.organizationId, head.agentId],
  );
  const next = rows[0];
  if (next)
    await ringExecution(machine, { executionId: next.id, fence: next.fence, priority: next.priority });
}

function ring(machine: Machine, executionId: string, head: LogHead, isFinished: boolean): void {
  const message = { executionId, organizationId: head.organizationId, lastSeq: head.lastSeq, isFinished };
  machine.pubsub.ring('execution', executionId, message);
  machine.pubsub.ring('execution', head.organizationId, message);
}

/** Rings the watchers after events without a change of status. */
export function ringWatchers(
  machine: Machine,
  executionId: string,
  head: { organizationId: string; lastSeq: number },
): void {
  machine.pubsub.ring('execution', executionId, {
    executionId,
    organizationId: head.organizationId,
    lastSeq: head.lastSeq,
    isFinished: false,
  });
}
