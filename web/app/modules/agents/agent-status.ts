import type { IconName } from '#app/components/ui/icon-names.ts';
import type { StatusLook } from '#app/components/ui/status.tsx';
import type { AgentRole, AgentStatus } from '#app/gql/agents.ts';

export const AGENT_STATUSES: Record<AgentStatus, StatusLook> = {
  PENDING_VALIDATION: { label: 'Needs validation', tone: 'warning', icon: 'hand' },
  ACTIVE: { label: 'Active', tone: 'success', icon: 'check' },
  BUSY: { label: 'Busy', tone: 'info', icon: 'play', isLive: true },
  INACTIVE: { label: 'Inactive', tone: 'neutral', icon: 'pause' },
  ERROR: { label: 'Error', tone: 'danger', icon: 'cross' },
};

const UNKNOWN: StatusLook = { label: 'Unknown', tone: 'neutral', icon: 'question' };

export const agentStatusLook = (status: AgentStatus | null): StatusLook =>
  status ? AGENT_STATUSES[status] : UNKNOWN;

export const AGENT_ROLES: Record<AgentRole, { label: string; icon: IconName; hint: string }> = {
  MASTER: { label: 'Master', icon: 'children', hint: 'Plans, and hands work to supervisors and workers.' },
  SUPERVISOR: {
    label: 'Supervisor',
    icon: 'children',
    hint: 'Hands work to its workers. Reports to a master.',
  },
  WORKER: {
    label: 'Worker',
    icon: 'agent',
    hint: 'Does the work itself. Reports to a supervisor or a master.',
  },
};

/** Only these take a prompt; the API refuses the others. */
export const canTakePrompt = (status: AgentStatus | null): boolean =>
  status === 'ACTIVE' || status === 'BUSY';
