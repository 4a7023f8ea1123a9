import type { AgentState } from '../../generated/prisma/enums.ts';
import type { Prisma } from '../../platform/database.ts';
import { ACTIVE_STATUSES } from '../execution/execution.status.ts';
import type { EnumCondition } from '../listing.ts';

/** What an agent is doing: its stored state, or BUSY, which follows from its runs and so cannot get stuck. */
export type AgentStatus = AgentState | 'BUSY';

export const AT_WORK = { status: { in: [...ACTIVE_STATUSES] } } satisfies Prisma.TaskExecutionWhereInput;

export const statusOf = (state: AgentState, runsAtWork: number): AgentStatus =>
  state === 'ACTIVE' && runsAtWork > 0 ? 'BUSY' : state;

function whereStatus(status: AgentStatus): Prisma.AgentWhereInput {
  if (status === 'BUSY') return { state: 'ACTIVE', executions: { some: AT_WORK } };
  if (status === 'ACTIVE') return { state: 'ACTIVE', executions: { none: AT_WORK } };
  return { state: status };
}

/** Agents of these statuses. */
export function whereStatuses(condition: EnumCondition<AgentStatus>): Prisma.AgentWhereInput {
  const given = [condition.equals ? [condition.equals] : null, condition.in ?? null];
  return { AND: given.filter((statuses) => statuses !== null).map(whereAny) };
}

/** Prisma drops an empty OR, and then matches everything. */
const whereAny = (statuses: AgentStatus[]): Prisma.AgentWhereInput =>
  statuses.length === 0 ? { id: { in: [] } } : { OR: statuses.map(whereStatus) };
