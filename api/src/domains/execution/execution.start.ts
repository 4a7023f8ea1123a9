import { digestJson } from '../../platform/crypto.ts';
import { isUniqueViolation, type Prisma, type Transaction } from '../../platform/database.ts';
import { ConflictError, NotFoundError } from '../../platform/errors.ts';
import type {
  ExecutionKind,
  TaskPriority,
  UnansweredPolicy,
  UnknownOutcomePolicy,
} from '../../generated/prisma/enums.ts';
import { change } from '../change.ts';
import type { ServiceContext } from '../context.ts';
import { reservePlace } from '../organization/organization.service.ts';
import { authorize, type Viewer } from '../policy.ts';
import { acceptExecution } from './execution.lifecycle.ts';
import { executionPolicy } from './execution.policy.ts';
import type { ExecutionSnapshot } from './execution.snapshot.ts';

/** Who asks for a run. */
export type Cause =
  | { type: 'PROMPT' }
  | { type: 'TASK'; taskId: string }
  | { type: 'RETRY'; of: { id: string; kind: ExecutionKind; taskId: string | null; attempt: number } };

/** How long a person has for an answer, unless the task says otherwise. */
const A_DAY_IN_MINUTES = 1_440;

export interface Start {
  cause: Cause;
  agentId: string;
  prompt: string;
  variables?: Prisma.InputJsonObject;
  priority?: TaskPriority;
  onUnknownOutcome?: UnknownOutcomePolicy | undefined;
  onUnanswered?: UnansweredPolicy | undefined;
  answerWithinMinutes?: number | undefined;
  idempotency: { operation: string; key: string | null; request: object };
}

/**
 * The one way a run begins, whoever asks: one transaction checks agent and plan and inserts the run with its snapshot,
 * its first event and the idempotency key. A run exists whether or not Redis does.
 */
export async function startExecution(ctx: ServiceContext, start: Start): Promise<{ executionId: string }> {
  const viewer = authorize(ctx, 'run', executionPolicy);
  const { organizationId } = viewer;
  const { operation, key } = start.idempotency;
  const requestHash = digestJson(start.idempotency.request);
  const findEarlier = async () =>
    key ? findEarlierRun(ctx, { organizationId, operation, key, requestHash }) : null;
  const earlier = await findEarlier();
  if (earlier) return earlier;
  try {
    const starting = { action: 'run', policy: executionPolicy, operation } as const;
    const accepted = await acceptExecution(ctx, (insert) =>
      change(ctx, starting, async ({ tx, record }) => {
        const columns = await prepareStart(ctx, tx, viewer, start);
        const run = await insert(tx, columns);
        if (key)
          await tx.idempotencyKey.create({
            data: { organizationId, operation, key, requestHash, resultId: run.id },
          });
        // The agent's own columns are in its revision.
        const { snapshot: _snapshot, ...told } = columns;
        record({ policy: executionPolicy, id: run.id }, null, { ...told, status: 'QUEUED' });
        return run;
      }),
    );
    ctx.log.info({ ...accepted, agentId: start.agentId }, 'Execution accepted');
    return accepted;
  } catch (error) {
    // Two requests with one key at the same time: the row of the other decides.
    const other = isUniqueViolation(error) ? await findEarlier() : null;
    if (other) return other;
    throw error;
  }
}

function columnsOf(cause: Cause) {
  switch (cause.type) {
    case 'PROMPT':
      return { kind: 'PROMPT' as const };
    case 'TASK':
      return { kind: 'TASK' as const, taskId: cause.taskId };
    case 'RETRY': {
      const { id, kind, taskId, attempt } = cause.of;
      return { kind, taskId, attempt: attempt + 1, retryOfId: id };
    }
    default:
      return cause satisfies never;
  }
}

async function findEarlierRun(
  ctx: ServiceContext,
  args: { organizationId: string; operation: string; key: string; requestHash: string },
): Promise<{ executionId: string } | null> {
  const { organizationId, operation, key } = args;
  const row = await ctx.db.idempotencyKey.findUnique({
    where: { organizationId_operation_key: { organizationId, operation, key } },
  });
  if (!row) return null;
  if (row.requestHash !== args.requestHash) {
    throw new ConflictError(
      'This idempotencyKey was used for another request. Use a new key for a new request.',
      {
        path: ['input', 'idempotencyKey'],
        code: 'IDEMPOTENCY_KEY_REUSED',
      },
    );
  }
  return { executionId: row.resultId };
}

/** Whether the run may begin now, and what it begins with. Throws NOT_FOUND, CONFLICT, PLAN_LIMIT. */
async function prepareStart(ctx: ServiceContext, tx: Transaction, viewer: Viewer, start: Start) {
  const { organizationId } = viewer;
  const agent = await tx.agent.findFirst({
    where: { id: start.agentId, organizationId, archivedAt: null },
    include: { server: true, modelProvider: { select: { kind: true } } },
  });
  if (!agent) throw new NotFoundError('agent', ['input', 'agentId']);
  if (agent.state !== 'ACTIVE') {
    throw new ConflictError(`The agent is ${agent.state}. Validate or activate it, then run it.`, {
      path: ['input', 'agentId'],
      code: 'AGENT_UNAVAILABLE',
    });
  }
  if (agent.server.status === 'MAINTENANCE') {
    throw new ConflictError('The server of this agent is in maintenance. Try again when it is back.', {
      path: ['input', 'agentId'],
      code: 'AGENT_UNAVAILABLE',
    });
  }
  const now = ctx.clock.now();
  const monthStart = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth()));
  await reservePlace(tx, {
    organizationId,
    limit: 'executionsPerMonth',
    noun: 'executions a month',
    countUsed: () => tx.taskExecution.count({ where: { organizationId, createdAt: { gte: monthStart } } }),
  });
  const revision = await tx.agentRevision.findFirst({
    where: { organizationId, agentId: agent.id, number: agent.revision },
    select: { id: true },
  });
  if (!revision) throw new Error(`Agent ${agent.id} has no revision ${agent.revision}`);
  const snapshot: ExecutionSnapshot = {
    agentName: agent.name,
    systemPrompt: agent.systemPrompt,
    model: agent.model,
    modelProviderId: agent.modelProviderId,
    serverId: agent.serverId,
    limits: {
      maxSteps: agent.maxSteps,
      maxDurationMs: agent.maxDurationMs,
      maxTokens: agent.maxTokens,
      maxCostMicros: agent.maxCostMicros?.toString() ?? null,
    },
    onUnknownOutcome: start.onUnknownOutcome ?? 'FAIL',
    onUnanswered: start.onUnanswered ?? 'DENY',
    answerWithinMs: (start.answerWithinMinutes ?? A_DAY_IN_MINUTES) * 60_000,
  };
  return {
    ...columnsOf(start.cause),
    organizationId,
    agentId: agent.id,
    agentRevisionId: revision.id,
    serverId: agent.serverId,
    prompt: start.prompt,
    variables: start.variables ?? {},
    snapshot,
    priority: start.priority ?? 'MEDIUM',
    startedById: viewer.userId,
    isSimulated: agent.server.protocol === 'SIMULATION' || agent.modelProvider?.kind === 'SIMULATED',
  };
}
