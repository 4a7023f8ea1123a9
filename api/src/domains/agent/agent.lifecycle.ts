import type { AgentState } from '../../generated/prisma/enums.ts';
import type { Transaction } from '../../platform/database.ts';
import { ConflictError, NotFoundError } from '../../platform/errors.ts';
import { change, type UnitOfWork } from '../change.ts';
import type { ServiceContext } from '../context.ts';
import { type Action, scoped } from '../policy.ts';
import { archivedAgent, changedMeanwhile, noModelProvider, unreachableServer } from './agent.errors.ts';
import { agentPolicy } from './agent.policy.ts';

/** The one writer of an agent's state. Each move names the state it comes from, so two at once cannot both win. */
async function moveState({ tx, record }: UnitOfWork, agent: MovableAgent, to: State): Promise<void> {
  const { id, organizationId } = agent;
  const { count } = await tx.agent.updateMany({
    where: { id, organizationId, archivedAt: null, state: agent.state },
    data: to,
  });
  if (count === 0) throw changedMeanwhile();
  record({ policy: agentPolicy, id }, agent, { ...agent, ...to });
}

interface State {
  state: AgentState;
  stateReason: string | null;
}

type MovableAgent = Awaited<ReturnType<typeof findMovable>>;

async function findMovable(ctx: ServiceContext, tx: Transaction, action: Action, id: string) {
  const agent = await tx.agent.findFirst({
    where: { AND: [scoped(ctx, action, 'Agent'), { id }] },
    select: {
      id: true,
      organizationId: true,
      state: true,
      stateReason: true,
      archivedAt: true,
      modelProviderId: true,
      server: { select: { name: true, protocol: true, status: true, statusReason: true } },
    },
  });
  if (!agent) throw new NotFoundError('agent', ['input', 'agentId']);
  if (agent.archivedAt) throw archivedAgent();
  return agent;
}

/** Moves an agent in a unit of work; one that `move` leaves alone is recorded as it is. */
async function changeState(
  ctx: ServiceContext,
  { id, action, operation }: { id: string; action: 'validate' | 'activate'; operation: string },
  move: (agent: MovableAgent) => State | null,
): Promise<{ id: string }> {
  return change(ctx, { action, policy: agentPolicy, operation }, async (unit) => {
    const agent = await findMovable(ctx, unit.tx, action, id);
    const to = move(agent);
    if (to) await moveState(unit, agent, to);
    else unit.record({ policy: agentPolicy, id }, agent, agent);
    return { id };
  });
}

/** Without a model there is nothing that could run; the simulation brings its own. */
const canRun = (agent: MovableAgent): boolean =>
  agent.modelProviderId !== null || agent.server.protocol === 'SIMULATION';

/**
 * PENDING_VALIDATION → ACTIVE; an ACTIVE one stays as it is. Whoever validates vouches for what the agent can do, so its
 * server must have answered: until then its tools are not known. Throws NotFoundError, ConflictError.
 */
export function validateAgent(ctx: ServiceContext, { id }: { id: string }): Promise<{ id: string }> {
  return changeState(ctx, { id, action: 'validate', operation: 'agentValidate' }, (agent) => {
    if (agent.state === 'ACTIVE') return null;
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
    return { state: 'ACTIVE', stateReason: null };
  });
}

/** INACTIVE or ERROR → ACTIVE; an ACTIVE one stays as it is. Throws NotFoundError, ConflictError. */
export function activateAgent(ctx: ServiceContext, { id }: { id: string }): Promise<{ id: string }> {
  return changeState(ctx, { id, action: 'activate', operation: 'agentActivate' }, (agent) => {
    if (agent.state === 'ACTIVE') return null;
    if (agent.state === 'PENDING_VALIDATION') {
      throw new ConflictError('This agent was never validated. Validate it first.', {
        path: ['input', 'agentId'],
      });
    }
    if (!canRun(agent)) throw noModelProvider();
    return { state: 'ACTIVE', stateReason: null };
  });
}

const DEACTIVATED = 'Deactivated by a person.';
const MAX_REASON_LENGTH = 500;

/** ACTIVE → INACTIVE; running executions go on. Throws NotFoundError, ConflictError. */
export function deactivateAgent(
  ctx: ServiceContext,
  { id, reason }: { id: string; reason: string | null },
): Promise<{ id: string }> {
  return changeState(ctx, { id, action: 'activate', operation: 'agentDeactivate' }, (agent) => {
    if (agent.state === 'INACTIVE') return null;
    if (agent.state !== 'ACTIVE') {
      throw new ConflictError(
        `This agent is ${agent.state}: it does not run, so there is nothing to deactivate.`,
        {
          path: ['input', 'agentId'],
        },
      );
    }
    return { state: 'INACTIVE', stateReason: reason?.trim().slice(0, MAX_REASON_LENGTH) || DEACTIVATED };
  });
}
