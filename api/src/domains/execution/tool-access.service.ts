import type { z } from 'zod';
import { parseInput } from '../../platform/input.ts';
import { changesOf } from '../change.ts';
import type { ServiceContext } from '../context.ts';
import { authorize } from '../policy.ts';
import { findAgentTool, getToolOnServer } from '../tool/agent-tools.ts';
import { type Decision, decideCall } from '../tool/tool-gate.ts';
import { toolPermissionInput } from '../tool/tool-permission.service.ts';
import { toolPermissionPolicy } from '../tool/tool.policy.ts';
import { countCallsOfHour } from './execution.journal.ts';

export interface AccessQuestion {
  agentId: string;
  serverToolId: string;
  arguments: Record<string, unknown>;
  /** In place of the permission that is stored; null: what holds now. */
  permission: z.input<typeof toolPermissionInput> | null;
}

export interface ToolAccess extends Decision {
  toolName: string;
}

/**
 * What the gate would say of a call at this moment, by the very function that decides about calls; also for a permission
 * that nobody has saved. Throws ValidationError, NOT_FOUND.
 */
export async function explainToolAccess(ctx: ServiceContext, asked: AccessQuestion): Promise<ToolAccess> {
  const { organizationId } = authorize(ctx, 'read', toolPermissionPolicy);
  const draft = asked.permission && parseInput(toolPermissionInput, asked.permission);
  const { toolId, toolName, serverId, offered } = await getToolOnServer(ctx, asked);
  const of = { organizationId, agentId: asked.agentId, toolId };
  const today = await findAgentTool(ctx, { ...of, userId: null, serverId });
  const permission = draft ? { ...UNLIMITED, ...changesOf(draft) } : (today.tool?.permission ?? null);
  const decision = decideCall({
    isAgentActive: today.isAgentActive,
    permission,
    tool: offered,
    arguments: asked.arguments,
    callsInLastHour: permission?.callsPerHour ? await countCallsOfHour(ctx, of) : 0,
    isAllowedForRun: false,
    now: ctx.clock.now(),
  });
  return { ...decision, toolName };
}

const UNLIMITED = {
  expiresAt: null,
  callsPerHour: null,
  allowedPatterns: [] as string[],
  blockedPatterns: [] as string[],
};
