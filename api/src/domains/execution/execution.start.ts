import { digestJson } from '../../platform/crypto.ts';
import { isUniqueViolation, type SqlClient } from '../../platform/database.ts';
import { ConflictError, NotFoundError, PlanLimitError } from '../../platform/errors.ts';
import { planned } from '../../platform/planned.ts';
import type {
  AgentState,
  ExecutionKind,
  ModelProviderKind,
  OrganizationPlan,
  ServerProtocol,
  ServerStatus,
  TaskPriority,
  UnansweredPolicy,
  UnknownOutcomePolicy,
} from '../../generated/prisma/enums.ts';
import { changeInSql } from '../change.ts';
import type { ServiceContext } from '../context.ts';
import { PLAN_LIMITS } from '../organization/plan.ts';
import { authorize, type Viewer } from '../policy.ts';
import { acceptExecution, type NewExecution } from './execution.acceptance.ts';
import { executionPolicy } from './execution.policy.ts';

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
  variables?: object;
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
      changeInSql(ctx, starting, async ({ client, record }) => {
        const agent = await getAgentToRun(client, { agentId: start.agentId, organizationId });
        const execution = executionOf(agent, viewer, start);
        const most = PLAN_LIMITS[agent.plan].executionsPerMonth;
        const run = await insert(client, execution, most);
        if (!run) throw new PlanLimitError('executions a month', most!, most!);
        if (key) await keepKey(client, { organizationId, operation, key, requestHash, resultId: run.id });
        // The agent's own columns are in its revision.
        const { snapshot: _snapshot, ...told } = execution;
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

function columnsOf(cause: Cause): Pick<NewExecution, 'kind' | 'taskId' | 'attempt' | 'retryOfId'> {
  switch (cause.type) {
    case 'PROMPT':
      return { kind: 'PROMPT', taskId: null, attempt: 1, retryOfId: null };
    case 'TASK':
      return { kind: 'TASK', taskId: cause.taskId, attempt: 1, retryOfId: null };
    case 'RETRY': {
      const { id, kind, taskId, attempt } = cause.of;
      return { kind, taskId, attempt: attempt + 1, retryOfId: id };
    }
    default:
      return cause satisfies never;
  }
}

interface Key {
  organizationId: string;
  operation: string;
  key: string;
  requestHash: string;
}

/** Throws a unique violation when another request with the same key came first. */
async function keepKey(client: SqlClient, args: Key & { resultId: string }): Promise<void> {
  await client.query(
    `INSERT INTO "IdempotencyKey" ("organizationId", "operation", "key", "requestHash", "resultId")
     VALUES ($1, $2, $3, $4, $5)`,
    [args.organizationId, args.operation, args.key, args.requestHash, args.resultId],
  );
}

async function findEarlierRun(ctx: ServiceContext, args: Key): Promise<{ executionId: string } | null> {
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

interface AgentToRun {
  agentName: string;
  state: AgentState;
  serverStatus: ServerStatus;
  protocol: ServerProtocol;
  providerKind: ModelProviderKind | null;
  systemPrompt: string;
  model: string | null;
  modelProviderId: string | null;
  serverId: string;
  maxSteps: number;
  maxDurationMs: number;
  maxTokens: number | null;
  /** As text: JSON has no 64-bit numbers. */
  maxCostMicros: string | null;
  revision: number;
  revisionId: string | null;
  plan: OrganizationPlan;
}

const AGENT_TO_RUN = `
  SELECT a."name" AS "agentName", a."state", a."systemPrompt", a."model", a."modelProviderId", a."serverId", a."maxSteps",
         a."maxDurationMs", a."maxTokens", a."maxCostMicros"::text, a."revision", r."id" AS "revisionId",
         s."status" AS "serverStatus", s."protocol", p."kind" AS "providerKind", o."plan"
  FROM "Agent" a
  JOIN "Organization" o ON o."id" = a."organizationId"
  JOIN "ServerConfiguration" s ON s."id" = a."serverId"
  LEFT JOIN "ModelProvider" p ON p."id" = a."modelProviderId"
  LEFT JOIN "AgentRevision" r ON r."agentId" = a."id" AND r."number" = a."revision"
  WHERE a."id" = $1 AND a."organizationId" = $2 AND a."archivedAt" IS NULL`;

/** An agent with all that decides whether a run of it may begin, and what the run takes along. */
async function findAgentToRun(
  client: SqlClient,
  args: { agentId: string; organizationId: string },
): Promise<AgentToRun | null> {
  const { rows } = await client.query<AgentToRun>(planned(AGENT_TO_RUN, [args.agentId, args.organizationId]));
  return rows[0] ?? null;
}

/** Throws NOT_FOUND and CONFLICT when the agent cannot run now. */
async function getAgentToRun(client: SqlClient, args: { agentId: string; organizationId: string }) {
  const path = ['input', 'agentId'];
  const agent = await findAgentToRun(client, args);
  if (!agent) throw new NotFoundError('agent', path);
  if (agent.state !== 'ACTIVE') {
    throw new ConflictError(`The agent is ${agent.state}. Validate or activate it, then run it.`, {
      path,
      code: 'AGENT_UNAVAILABLE',
    });
  }
  if (agent.serverStatus === 'MAINTENANCE') {
    throw new ConflictError('The server of this agent is in maintenance. Try again when it is back.', {
      path,
      code: 'AGENT_UNAVAILABLE',
    });
  }
  return agent;
}

/** What the run begins with. */
function executionOf(agent: AgentToRun, viewer: Viewer, start: Start): NewExecution {
  if (agent.revisionId === null) throw new Error(`Agent ${start.agentId} has no revision ${agent.revision}`);
  const { maxSteps, maxDurationMs, maxTokens, maxCostMicros } = agent;
  return {
    ...columnsOf(start.cause),
    organizationId: viewer.organizationId,
    agentId: start.agentId,
    agentRevisionId: agent.revisionId,
    serverId: agent.serverId,
    prompt: start.prompt,
    variables: start.variables ?? {},
    snapshot: {
      agentName: agent.agentName,
      systemPrompt: agent.systemPrompt,
      model: agent.model,
      modelProviderId: agent.modelProviderId,
      serverId: agent.serverId,
      limits: { maxSteps, maxDurationMs, maxTokens, maxCostMicros },
      onUnknownOutcome: start.onUnknownOutcome ?? 'FAIL',
      onUnanswered: start.onUnanswered ?? 'DENY',
      answerWithinMs: (start.answerWithinMinutes ?? A_DAY_IN_MINUTES) * 60_000,
    },
    priority: start.priority ?? 'MEDIUM',
    startedById: viewer.userId,
    isSimulated: agent.protocol === 'SIMULATION' || agent.providerKind === 'SIMULATED',
  };
}
