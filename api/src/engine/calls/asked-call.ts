import { randomUUID } from 'node:crypto';
import type { ModelToolCall } from '../../drivers/driver.ts';
import {
  type Approval,
  argumentsDigestOf,
  findApproval,
  insertApproval,
} from '../../domains/approval/approval.request.ts';
import { ringApproval } from '../../domains/approval/approval.settle.ts';
import { event } from '../../domains/execution-event/execution-event.log.ts';
import type { Suspension } from '../../domains/execution/execution.status.ts';
import type { AgentTool } from '../../domains/tool/agent-tools.ts';
import { untilAnswered } from '../../platform/database.ts';
import type { Run } from '../run.ts';
import type { Decision } from '../../domains/tool/tool-gate.ts';

const UNTIL_ANSWERED: Suspension = { status: 'WAITING_APPROVAL', wakeAt: null };

/** The run waits until a person has looked at this call. */
export function askForApproval(
  run: Run,
  call: ModelToolCall,
  { tool, rule }: { tool: AgentTool; rule: string },
): Suspension {
  const { id: executionId, organizationId, agentId, snapshot } = run.execution;
  const id = randomUUID();
  const toolName = tool.approved?.definition.name ?? call.name;
  const shownArguments = run.writer.redact(call.arguments);
  const approval = {
    ...{ id, organizationId, executionId, agentId, toolName, shownArguments, rule },
    callId: call.callId,
    serverId: tool.server.id,
    serverName: tool.server.name,
    toolId: tool.toolId,
    argumentsDigest: argumentsDigestOf(call.arguments),
    definitionHash: tool.approved?.hash ?? '',
  };
  const told = { approvalId: id, callId: call.callId, toolName, arguments: shownArguments };
  return {
    ...UNTIL_ANSWERED,
    asks: {
      events: [event('APPROVAL_REQUESTED', told, run.ctx.clock.now())],
      write: (client) => insertApproval(client, approval, snapshot),
      ring: () => ringApproval(run.ctx, { approvalId: id, organizationId }),
    },
  };
}

/** What a person has said of a call that its run waited for; null when nobody was asked. */
export const findAnswer = (run: Run, { callId }: ModelToolCall): Promise<Approval | null> => {
  const { organizationId, id: executionId } = run.execution;
  return untilAnswered(() => findApproval(run.ctx, { organizationId, executionId, callId }), run.signal);
};

/** How a call goes on that a person was asked about. */
export type Answered =
  | { decision: Decision; arguments: ModelToolCall['arguments']; note: string | null }
  /** Nobody has answered yet. */
  | Suspension;

/**
 * The decision about a call after the answer: what the gate denies by now stays denied, whatever was answered, and an
 * approval is good for nothing but the call and the definition that it was given for.
 */
export function decideAnswered(
  gate: Decision,
  approval: Approval,
  { call, tool }: { call: ModelToolCall; tool: AgentTool | undefined },
): Answered {
  const denied = (rule: string): Answered => ({
    decision: { effect: 'DENY', rule },
    arguments: call.arguments,
    note: null,
  });
  const who = approval.resolvedBy ?? 'Somebody';
  switch (approval.status) {
    case 'PENDING':
      return UNTIL_ANSWERED;
    case 'REJECTED':
      return denied(`${who} rejected the call${approval.reason ? `: ${approval.reason}` : '.'}`);
    case 'EXPIRED':
      return denied('Nobody approved the call in time.');
    case 'CANCELLED':
      return denied('The approval was withdrawn.');
    case 'APPROVED':
      if (gate.effect === 'DENY') return denied(gate.rule);
      if (tool?.approved?.hash !== approval.definitionHash)
        return denied('The definition of the tool has changed since the call was approved.');
      if (argumentsDigestOf(call.arguments) !== approval.argumentsDigest)
        return denied('The call is not the one that was approved.');
      return {
        decision: { effect: 'ALLOW', rule: `${who} approved the call.` },
        arguments: approval.editedArguments ?? call.arguments,
        note: noteOf(who, approval),
      };
    default:
      return approval.status satisfies never;
  }
}

/** What the model is told of an approval, beside the result. */
function noteOf(who: string, { reason, editedArguments }: Approval): string | null {
  const said = [
    ...(editedArguments
      ? [`${who} changed the arguments before approving the call, to ${JSON.stringify(editedArguments)}.`]
      : []),
    ...(reason ? [`${who} said: ${reason}`] : []),
  ];
  return said.length > 0 ? said.join(' ') : null;
}
