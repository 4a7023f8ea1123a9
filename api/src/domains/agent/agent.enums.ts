import type { AgentRole } from '../../generated/prisma/enums.ts';
import { defineEnum } from '../../graphql/enum.ts';
import type { AgentStatus } from './agent.status.ts';

export const AgentRoleRef = defineEnum<AgentRole>('AgentRole', 'The place of an agent in the hierarchy.', {
  MASTER: 'Reports to nobody; delegates to supervisors and workers.',
  SUPERVISOR: 'Reports to a master; delegates to workers.',
  WORKER: 'Reports to a supervisor or a master; does the work itself.',
});

export const AgentStatusRef = defineEnum<AgentStatus>(
  'AgentStatus',
  'What an agent is doing. BUSY follows from its runs, the others are set by people.',
  {
    PENDING_VALIDATION: 'New: it never runs before somebody validates it.',
    ACTIVE: 'Ready, and without a run at the moment.',
    BUSY: 'Active, with a run that is under way or waits for an approval or for other agents.',
    INACTIVE: 'Switched off: it starts no run.',
    ERROR: 'It cannot run; see `statusReason`.',
  },
);
