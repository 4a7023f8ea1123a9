import type { AgentState } from '../../generated/prisma/enums.ts';
import type { Prisma } from '../../platform/database.ts';
import { ACTIVE_STATUSES } from '../run-status.ts';

/** What an agent is doing: its stored state, or BUSY, which follows from its runs and so cannot get stuck. */
export type AgentStatus = AgentState | 'BUSY';

export const AT_WORK = { status: { in: [...ACTIVE_STATUSES] } } satisfies Prisma.TaskExecutionWhereInput;

export const statusOf = (state: AgentState, runsAtWork: number): AgentStatus =>
  state === 'ACTIVE' && runsAtWork > 0 ? 'BUSY' : state;

/** Agents of one status. */
export function whereStatus(status: AgentStatus): Prisma.AgentWhereInput {
  if (status === 'BUSY') return { state: 'ACTIVE', executions: { some: AT_WORK } };
  if (status === 'ACTIVE') return { state: 'ACTIVE', executions: { none: AT_WORK } };
  return { state: status };
}
