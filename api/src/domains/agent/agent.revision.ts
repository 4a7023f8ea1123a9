import { z } from 'zod';
import type { Prisma, Transaction } from '../../platform/database.ts';

/** What a revision keeps of an agent: everything that decides how it runs, and nothing secret. Ids are local. */
export const agentSnapshot = z.object({
  systemPrompt: z.string(),
  serverId: z.string(),
  modelProviderId: z.string().nullable(),
  model: z.string().nullable(),
  capabilities: z.array(z.string()),
  maxConcurrency: z.int(),
  maxSteps: z.int(),
  maxDurationMs: z.int(),
  maxTokens: z.int().nullable(),
  /** Micro-dollars, as text: JSON has no 64-bit numbers. */
  maxCostMicros: z.string().nullable(),
  maxDepth: z.int(),
  maxChildren: z.int(),
  permissions: z.array(
    z.object({
      toolId: z.string(),
      toolName: z.string(),
      effect: z.enum(['ALLOW', 'ASK', 'DENY']),
      allowedPatterns: z.array(z.string()),
      blockedPatterns: z.array(z.string()),
      callsPerHour: z.int().nullable(),
      expiresAt: z.string().nullable(),
    }),
  ),
});

export type AgentSnapshot = z.infer<typeof agentSnapshot>;

interface Cause {
  organizationId: string;
  agentId: string;
  createdById: string;
  note: string | null;
}

/** Counts the agent's revision up and stores what it is now. Call it after the change, in its transaction. */
export async function addRevision(tx: Transaction, cause: Cause): Promise<void> {
  const { organizationId, agentId } = cause;
  await tx.agent.updateMany({
    where: { id: agentId, organizationId },
    data: { revision: { increment: 1 } },
  });
  await storeRevision(tx, cause);
}

/** Stores what the agent is now under its present number: for the first revision of a new agent. */
export async function storeRevision(tx: Transaction, cause: Cause): Promise<void> {
  const { organizationId, agentId, createdById, note } = cause;
  const agent = await tx.agent.findFirstOrThrow({
    where: { id: agentId, organizationId },
    include: {
      permissions: { include: { tool: { select: { name: true } } }, orderBy: { toolId: 'asc' } },
    },
  });
  const snapshot: AgentSnapshot = {
    systemPrompt: agent.systemPrompt,
    serverId: agent.serverId,
    modelProviderId: agent.modelProviderId,
    model: agent.model,
    capabilities: agent.capabilities,
    maxConcurrency: agent.maxConcurrency,
    maxSteps: agent.maxSteps,
    maxDurationMs: agent.maxDurationMs,
    maxTokens: agent.maxTokens,
    maxCostMicros: agent.maxCostMicros?.toString() ?? null,
    maxDepth: agent.maxDepth,
    maxChildren: agent.maxChildren,
    permissions: agent.permissions.map((permission) => ({
      toolId: permission.toolId,
      toolName: permission.tool.name,
      effect: permission.effect,
      allowedPatterns: permission.allowedPatterns,
      blockedPatterns: permission.blockedPatterns,
      callsPerHour: permission.callsPerHour,
      expiresAt: permission.expiresAt?.toISOString() ?? null,
    })),
  };
  await tx.agentRevision.create({
    data: {
      organizationId,
      agentId,
      number: agent.revision,
      snapshot: snapshot satisfies Prisma.InputJsonObject,
      note,
      createdById,
    },
  });
}
