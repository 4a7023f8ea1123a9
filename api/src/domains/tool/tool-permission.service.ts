import { z } from 'zod';
import { PermissionEffect } from '../../generated/prisma/enums.ts';
import { NotFoundError } from '../../platform/errors.ts';
import { invalid, parseInput } from '../../platform/input.ts';
import { addRevision } from '../agent/agent.revision.ts';
import { holdAgentToRevise } from '../agent/agent.uses.ts';
import { change, changesOf } from '../change.ts';
import type { ServiceContext } from '../context.ts';
import { authorize, scoped } from '../policy.ts';
import { lockRow } from '../row-lock.ts';
import { faultOfPattern } from './command-pattern.ts';
import { toolPermissionPolicy } from './tool.policy.ts';

const patterns = z
  .array(
    z
      .string()
      .trim()
      .min(1, 'A pattern has at least one character.')
      .max(200, 'A pattern has at most 200 characters.')
      .superRefine((pattern, check) => {
        const message = faultOfPattern(pattern);
        if (message) check.addIssue({ code: 'custom', message });
      }),
  )
  .max(50, 'Give at most 50 patterns.')
  .nullish()
  .transform((list) => (list === null ? [] : list));

export const toolPermissionInput = z.strictObject({
  effect: z.enum(PermissionEffect),
  allowedPatterns: patterns,
  blockedPatterns: patterns,
  callsPerHour: z
    .int()
    .min(1, 'Allow at least one call an hour, or DENY the tool.')
    .max(100_000, 'Allow at most 100000 calls an hour, or leave the limit out.')
    .nullish(),
  expiresAt: z.date().nullish(),
  reason: z.string().trim().max(500, 'Keep the reason to 500 characters.').nullish(),
});

interface Subject {
  agentId: string;
  toolId: string;
}

/**
 * Says what an agent may do with a tool, in place of what was said before: absent is unchanged, null clears. Throws
 * ValidationError, NotFoundError, ConflictError.
 */
export async function setToolPermission(
  ctx: ServiceContext,
  { agentId, toolId, input }: Subject & { input: z.input<typeof toolPermissionInput> },
): Promise<{ id: string }> {
  const { organizationId, userId } = authorize(ctx, 'grant', toolPermissionPolicy);
  const data = parseInput(toolPermissionInput, input);
  if (data.expiresAt && data.expiresAt <= ctx.clock.now()) {
    throw invalid('This moment has passed. Choose one in the future, or null for no end.', 'expiresAt');
  }
  const granting = {
    action: 'grant',
    policy: toolPermissionPolicy,
    operation: 'toolPermissionSet',
  } as const;
  return change(ctx, granting, async ({ tx, record }) => {
    await holdAgentToRevise(tx, ctx, agentId);
    await lockRow(tx, 'ToolDefinition', toolId, 'refer');
    const tool = await tx.toolDefinition.findFirst({
      where: { AND: [scoped(ctx, 'read', 'ToolDefinition'), { id: toolId }] },
      select: { name: true },
    });
    if (!tool) throw new NotFoundError('tool', ['input', 'toolId']);
    const columns = { ...changesOf(data), grantedById: userId };
    const before = await tx.agentToolPermission.findFirst({ where: { organizationId, agentId, toolId } });
    const permission = await tx.agentToolPermission.upsert({
      where: { agentId_toolId: { agentId, toolId }, organizationId },
      create: { ...columns, organizationId, agentId, toolId },
      update: columns,
    });
    const { id } = permission;
    record({ policy: toolPermissionPolicy, id }, before, permission);
    const note = `${tool.name}: ${data.effect}.`;
    await addRevision(tx, { organizationId, agentId, createdById: userId, note });
    return { id };
  });
}

/** Without a permission the model never sees the tool. Throws NotFoundError, ConflictError. */
export async function removeToolPermission(
  ctx: ServiceContext,
  { agentId, toolId }: Subject,
): Promise<{ id: string }> {
  const revoking = {
    action: 'revoke',
    policy: toolPermissionPolicy,
    operation: 'toolPermissionRemove',
  } as const;
  return change(ctx, revoking, async ({ tx, viewer, record }) => {
    const { organizationId, userId } = viewer;
    await holdAgentToRevise(tx, ctx, agentId);
    const permission = await tx.agentToolPermission.findFirst({
      where: { AND: [scoped(ctx, 'revoke', 'AgentToolPermission'), { agentId, toolId }] },
      include: { tool: { select: { name: true } } },
    });
    if (!permission) throw new NotFoundError('permission for this tool', ['input', 'toolId']);
    await tx.agentToolPermission.deleteMany({ where: { id: permission.id, organizationId } });
    const { tool, ...before } = permission;
    record({ policy: toolPermissionPolicy, id: before.id }, before, null);
    const note = `${tool.name}: permission removed.`;
    await addRevision(tx, { organizationId, agentId, createdById: userId, note });
    return { id: permission.id };
  });
}
