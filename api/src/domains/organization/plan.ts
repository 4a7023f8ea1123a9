import type { OrganizationPlan } from '../../generated/prisma/enums.ts';

/** What each plan allows; null is no limit. Enforced where the thing is created or started. */
export interface PlanLimits {
  servers: number | null;
  agents: number | null;
  members: number | null;
  executionsPerMonth: number | null;
  concurrentExecutions: number | null;
}

export const PLAN_LIMITS: Record<OrganizationPlan, PlanLimits> = {
  FREE: { servers: 5, agents: 10, members: 3, executionsPerMonth: 1_000, concurrentExecutions: 5 },
  STARTER: { servers: 20, agents: 50, members: 10, executionsPerMonth: 20_000, concurrentExecutions: 20 },
  PRO: { servers: 100, agents: 500, members: 100, executionsPerMonth: 500_000, concurrentExecutions: 100 },
  ENTERPRISE: {
    servers: null,
    agents: null,
    members: null,
    executionsPerMonth: null,
    concurrentExecutions: null,
  },
};
