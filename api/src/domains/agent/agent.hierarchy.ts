import type { AgentRole } from '../../generated/prisma/enums.ts';
import type { Transaction } from '../../platform/database.ts';
import { NotFoundError } from '../../platform/errors.ts';
import { invalid } from '../../platform/input.ts';
import { lockOrganization } from '../organization/organization.service.ts';

/**
 * Who may report to whom. Each step up the tree is a higher role, so a cycle is impossible, and a tree is at most three
 * levels deep.
 */
const SUPERVISORS: Record<AgentRole, readonly AgentRole[]> = {
  MASTER: [],
  SUPERVISOR: ['MASTER'],
  WORKER: ['SUPERVISOR', 'MASTER'],
};

const mayReportTo = (role: AgentRole, supervisor: AgentRole): boolean =>
  SUPERVISORS[role].includes(supervisor);

/** Two changes of one tree at once could each be right and together be wrong, so they wait for each other. */
export async function lockHierarchy(tx: Transaction, organizationId: string): Promise<void> {
  await lockOrganization(tx, organizationId);
}

/**
 * Throws when an agent of this role may not have this supervisor, or may not have the reports it has. `id` is null for an
 * agent that is not saved yet. Call it with the hierarchy locked.
 */
export async function checkHierarchy(
  tx: Transaction,
  agent: { organizationId: string; id: string | null; role: AgentRole; supervisorId: string | null },
): Promise<void> {
  const { organizationId, id, role, supervisorId } = agent;
  if (supervisorId !== null) {
    const supervisor = await tx.agent.findFirst({
      where: { id: supervisorId, organizationId, archivedAt: null },
      select: { role: true },
    });
    if (!supervisor) throw new NotFoundError('agent', ['input', 'supervisorId']);
    if (!mayReportTo(role, supervisor.role)) {
      const allowed = SUPERVISORS[role];
      throw invalid(
        allowed.length === 0
          ? `A ${role} reports to nobody. Leave the supervisor out, or choose another role.`
          : `A ${role} reports to a ${allowed.join(' or a ')}, not to a ${supervisor.role}.`,
        'supervisorId',
      );
    }
  }
  if (id === null) return;
  const reports = await tx.agent.findMany({
    where: { organizationId, supervisorId: id, archivedAt: null },
    select: { name: true, role: true },
    orderBy: { name: 'asc' },
  });
  const misplaced = reports.find((report) => !mayReportTo(report.role, role));
  if (misplaced) {
    throw invalid(
      `${misplaced.name} reports to this agent, and a ${misplaced.role} may not report to a ${role}. Move its reports first.`,
      'role',
    );
  }
}
