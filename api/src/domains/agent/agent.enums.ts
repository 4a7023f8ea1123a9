import { AgentRole } from '../../generated/prisma/enums.ts';
import { builder } from '../../graphql/builder.ts';

export const AgentRoleRef = builder.enumType('AgentRole', {
  description: 'The place of an agent in the hierarchy.',
  values: {
    MASTER: {
      value: AgentRole.MASTER,
      description: 'Reports to nobody; delegates to supervisors and workers.',
    },
    SUPERVISOR: { value: AgentRole.SUPERVISOR, description: 'Reports to a master; delegates to workers.' },
    WORKER: {
      value: AgentRole.WORKER,
      description: 'Reports to a supervisor or a master; does the work itself.',
    },
  },
});

export const AgentStatusRef = builder.enumType('AgentStatus', {
  description: 'What an agent is doing. BUSY follows from its runs, the others are set by people.',
  values: {
    PENDING_VALIDATION: { description: 'New: it never runs before somebody validates it.' },
    ACTIVE: { description: 'Ready, and without a run at the moment.' },
    BUSY: {
      description: 'Active, with a run that is under way or waits for an approval or for other agents.',
    },
    INACTIVE: { description: 'Switched off: it starts no run.' },
    ERROR: { description: 'It cannot run; see `statusReason`.' },
  } as const,
});
