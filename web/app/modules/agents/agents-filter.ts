import type { AgentFilter, AgentStatus } from '#app/gql/agents.ts';
import { AGENT_STATUSES } from './agent-status.ts';

const isStatus = (value: string | null): value is AgentStatus => value !== null && value in AGENT_STATUSES;

export interface AgentsFilter {
  status: AgentStatus | null;
  search: string | null;
}

export function readAgentsFilter(search: URLSearchParams): AgentsFilter {
  const status = search.get('status');
  return { status: isStatus(status) ? status : null, search: search.get('q')?.trim() || null };
}

export function toApiFilter({ status, search }: AgentsFilter): AgentFilter | undefined {
  if (!status && !search) return undefined;
  return { ...(status && { status: { equals: status } }), ...(search && { name: { contains: search } }) };
}
