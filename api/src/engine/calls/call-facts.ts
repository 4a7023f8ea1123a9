import { isAllowedForRun } from '../../domains/approval/approval.request.ts';
import { countToolCalls } from '../../domains/execution/execution.journal.ts';
import { type AgentTool, findAgentTool } from '../../domains/tool/agent-tools.ts';
import { untilAnswered } from '../../platform/database.ts';
import type { Run } from '../run.ts';
import { type Decision, decideCall } from './gate.ts';

const HOUR_MS = 3_600_000;

/** What the gate says of a tool at this moment. */
export const decide = (run: Run, tool: AgentTool | undefined): Promise<Decision> =>
  untilAnswered(() => decideNow(run, tool), run.signal);

async function decideNow(run: Run, tool: AgentTool | undefined): Promise<Decision> {
  const now = run.ctx.clock.now();
  const { organizationId, agentId, id: executionId } = run.execution;
  const unknown = { isAgentActive: true, permission: null, tool: null, callsInLastHour: 0 };
  if (!tool) return decideCall({ ...unknown, isAllowedForRun: false, now });
  const of = { organizationId, toolId: tool.toolId, serverId: tool.server.id };
  // Looked up again: a permission may have been taken away since the run began.
  const today = await findAgentTool(run.ctx, { ...of, agentId, userId: run.execution.startedById });
  const { permission = null, approved = null, seenHash = null } = today.tool ?? {};
  const since = new Date(now.getTime() - HOUR_MS);
  const asks = permission?.effect === 'ASK' && approved;
  return decideCall({
    isAgentActive: today.isAgentActive,
    permission,
    tool: today.tool && { approvedHash: approved?.hash ?? null, offeredHash: seenHash },
    callsInLastHour: permission?.callsPerHour
      ? await countToolCalls(run.ctx, { organizationId, agentId, toolId: tool.toolId, since })
      : 0,
    isAllowedForRun: asks
      ? await isAllowedForRun(run.ctx, { ...of, executionId, definitionHash: approved.hash })
      : false,
    now,
  });
}
