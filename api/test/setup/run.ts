import { randomUUID } from 'node:crypto';
import { contextOf, type Machine } from '../../src/domains/context.ts';
import { createAgent } from '../../src/domains/agent/agent.service.ts';
import { validateAgent } from '../../src/domains/agent/agent.lifecycle.ts';
import { runAgent } from '../../src/domains/execution/execution.service.ts';
import type { Role, Viewer } from '../../src/domains/policy.ts';
import { createServer } from '../../src/domains/server/server.service.ts';
import { seedOrganization, seedUser } from '../../../prisma/seed/organization.ts';

/** A member of a new organization. */
export async function seedViewer(
  machine: Machine,
  role: Role = 'ADMIN',
  options: { isOperator?: boolean } = {},
): Promise<Viewer> {
  const { organizationId } = await seedOrganization(machine, { name: 'Test', plan: 'PRO', ...options });
  return seedMember(machine, organizationId, role);
}

/** One more member of an organization. */
export const seedMember = (machine: Machine, organizationId: string, role: Role): Promise<Viewer> =>
  seedUser(machine, {
    organizationId,
    email: `${role.toLowerCase()}-${randomUUID()}@example.com`,
    name: role,
    role,
    password: 'correct horse battery',
  });

/** An active agent on a simulation server: it needs nothing from outside. */
export async function seedSimulatedAgent(
  machine: Machine,
  viewer: Viewer,
  limits: { maxConcurrency?: number; maxSteps?: number; maxDurationMs?: number; maxTokens?: number } = {},
): Promise<{ agentId: string }> {
  const ctx = contextOf(machine, viewer);
  const server = await createServer(ctx, { name: 'Simulation', protocol: 'SIMULATION' });
  const agent = await createAgent(ctx, { name: 'Agent', role: 'WORKER', serverId: server.id, ...limits });
  await validateAgent(ctx, { id: agent.id });
  return { agentId: agent.id };
}

/** An accepted run of a new organization's simulated agent; nobody drives it. */
export async function seedRun(
  machine: Machine,
  prompt = 'Say hello.',
): Promise<{ executionId: string; agentId: string; viewer: Viewer }> {
  const viewer = await seedViewer(machine);
  const { agentId } = await seedSimulatedAgent(machine, viewer);
  const { executionId } = await runAgent(contextOf(machine, viewer), { agentId, prompt });
  return { executionId, agentId, viewer };
}
