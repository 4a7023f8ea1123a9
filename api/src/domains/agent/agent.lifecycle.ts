import type { AgentState } from '../../generated/prisma/enums.ts';
import { ConflictError, NotFoundError } from '../../platform/errors.ts';
import type { ServiceContext } from '../context.ts';
import { type Action, authorize, scoped } from '../policy.ts';
import { archivedAgent, changedMeanwhile, noModelProvider, unreachableServer } from './agent.errors.ts';
import { agentPolicy } from './agent.policy.ts';

/** The one writer of an agent's state. Each move names the state it comes from, so two at once cannot both win. */
async function moveState(
  ctx: ServiceContext,
  agent: { id: string; organizationId: string; state: AgentState },
  to: AgentState,
  stateReason: string | null,
): Promise<void> {
  const { count } = await ctx.db.agent.updateMany({
    where: { id: agent.id, organizationId: agent.organizationId, archivedAt: null, state: agent.state },
    data: { state: to, stateReason },
  });
  if (count === 0) throw changedMeanwhile();
}

async function findMovable(ctx: ServiceContext, action: Action, id: string) {
  const agent = await ctx.db.agent.findFirst({
    where: { AND: [scoped(ctx, action, 'Agent'), { id }] },
    select: {
      id: true,
      organizationId: true,
      state: true,
      archivedAt: true,
      modelProviderId: true,
      server: { select: { name: true, protocol: true, status: true, statusReason: true } },
    },
  });
  if (!agent) throw new NotFoundError('agent', ['input', 'agentId']);
  if (agent.archivedAt) throw archivedAgent();
  return agent;
}

/** Without a model there is nothing that could run; the simulation brings its own. */
const canRun = (agent: Awaited<ReturnType<typeof findMovable>>): boolean =>
  agent.modelProviderId !== null || agent.server.protocol === 'SIMULATION';

/**
 * PENDING_VALIDATION → ACTIVE; an ACTIVE one stays as it is. Whoever validates vouches for what the agent can do, so its
 * server must have answered: until then its tools are not known. Throws NotFoundError, ConflictError.
 */
export async function validateAgent(ctx: ServiceContext, args: { id: string }): Promise<{ id: string }> {
  authorize(ctx, 'validate', agentPolicy);
  const agent = await findMovable(ctx, 'validate', args.id);
  if (agent.state === 'ACTIVE') return args;
  if (agent.state !== 'PENDING_VALIDATION') {
    throw new ConflictError(`This agent was validated before and is ${agent.state}. Activate it instead.`, {
      path: ['input', 'agentId'],
    });
  }
  if (!canRun(agent)) throw noModelProvider();
  const { protocol, status } = agent.server;
  if (protocol !== 'SIMULATION' && (status === 'OFFLINE' || status === 'UNKNOWN')) {
    throw unreachableServer(agent.server);
  }
  await moveState(ctx, agent, 'ACTIVE', null);
  return args;
}

/** INACTIVE or ERROR → ACTIVE; an ACTIVE one stays as it is. Throws NotFoundError, ConflictError. */
export async function activateAgent(ctx: ServiceContext, args: { id: string }): Promise<{ id: string }> {
  authorize(ctx, 'activate', agentPolicy);
  const agent = await findMovable(ctx, 'activate', args.id);
  if (agent.state === 'ACTIVE') return args;
  if (agent.state === 'PENDING_VALIDATION') {
    throw new ConflictError('This agent was never validated. Validate it first.', {
      path: ['input', 'agentId'],
    });
  }
  if (!canRun(agent)) throw noModelProvider();
  await moveState(ctx, agent, 'ACTIVE', null);
  return args;
}

const DEACTIVATED = 'Deactivated by a person.';
const MAX_REASON_LENGTH = 500;

/** ACTIVE → INACTIVE; running executions go on. Throws NotFoundError, ConflictError. */
export async function deactivateAgent(
  ctx: ServiceContext,
  args: { id: string; reason: string | null },
): Promise<{ id: string }> {
  authorize(ctx, 'activate', agentPolicy);
  const agent = await findMovable(ctx, 'activate', args.id);
  if (agent.state === 'INACTIVE') return args;
  if (agent.state !== 'ACTIVE') {
    throw new ConflictError(
      `This agent is ${agent.state}: it does not run, so there is nothing to deactivate.`,
      {
        path: ['input', 'agentId'],
      },
    );
  }
  await moveState(ctx, agent, 'INACTIVE', args.reason?.trim().slice(0, MAX_REASON_LENGTH) || DEACTIVATED);
  return args;
}
