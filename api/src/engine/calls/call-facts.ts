import { isAllowedForRun } from '../../domains/approval/approval.request.ts';
import { countCallsOfHour } from '../../domains/execution/execution.journal.ts';
import { type AgentTool, findAgentTool } from '../../domains/tool/agent-tools.ts';
import { untilAnswered } from '../../platform/database.ts';
import type { Run } from '../run.ts';
import { type Decision, decideCall, mayAsk } from '../../domains/tool/tool-gate.ts';
import type { ModelToolCall } from '../../drivers/driver.ts';

/** What the gate says of a tool at this moment. */
export const decide = (run: Run, call: ModelToolCall, tool: AgentTool | undefined): Promise<Decision> =>
  untilAnswered(() => decideNow(run, call, tool), run.signal);

async function decideNow(run: Run, call: ModelToolCall, tool: AgentTool | undefined): Promise<Decision> {
  const now = run.ctx.clock.now();
  const { organizationId, agentId, id: executionId } = run.execution;
  const unknown = { isAgentActive: true, permission: null, tool: null, callsInLastHour: 0, arguments: {} };
  if (!tool) return decideCall({ ...unknown, isAllowedForRun: false, now });
  const of = { organizationId, toolId: tool.toolId, serverId: tool.server.id };
  // Looked up again: a permission may have been taken away since the run began.
  const today = await findAgentTool(run.ctx, { ...of, agentId, userId: run.execution.startedById });
  const { permission = null, approved = null, seenHash = null } = today.tool ?? {};
  const asks = approved && permission && mayAsk(permission);
  return decideCall({
    isAgentActive: today.isAgentActive,
    permission,
    arguments: call.arguments,
    tool: today.tool && { approvedHash: approved?.hash ?? null, offeredHash: seenHash },
    callsInLastHour: permission?.callsPerHour
      ? await countCallsOfHour(run.ctx, { organizationId, agentId, toolId: tool.toolId })
      : 0,
    isAllowedForRun: asks
      ? await isAllowedForRun(run.ctx, { ...of, executionId, definitionHash: approved.hash })
      : false,
    now,
  });
}
