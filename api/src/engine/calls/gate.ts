import type { AgentTool } from '../../domains/tool/agent-tools.ts';
import type { PermissionEffect } from '../../generated/prisma/enums.ts';

/** What the gate knows when a call is about to be made: looked up at that moment, not when the run began. */
export interface CallFacts {
  isAgentActive: boolean;
  /** Null: the agent has no permission for this tool, so the tool is not visible to it. */
  permission: AgentTool['permission'] | null;
  /** The tool as its server offers it now; null when it is gone. */
  tool: { approvedHash: string | null; offeredHash: string | null } | null;
  callsInLastHour: number;
  /** A person has allowed the tool, as it is defined now, for the rest of the run. */
  isAllowedForRun: boolean;
  now: Date;
}

export interface Decision {
  effect: PermissionEffect;
  /** The rule that decided, in words; stored with the call. */
  rule: string;
}

const deny = (rule: string): Decision => ({ effect: 'DENY', rule });

/**
 * The permission gate, in this order: agent active → tool visible → definition as approved → DENY →
 * patterns → rate → ALLOW, or ASK when no rule allows outright. Pure: the same facts give the same decision.
 */
export function decideCall(facts: CallFacts): Decision {
  const { permission, tool } = facts;
  if (!facts.isAgentActive) return deny('The agent is not active.');
  if (!permission) return deny('The agent has no permission for this tool.');
  if (permission.expiresAt && permission.expiresAt <= facts.now) return deny('The permission has expired.');
  if (!tool) return deny('The server does not offer this tool any more.');
  if (tool.approvedHash === null || tool.approvedHash !== tool.offeredHash) {
    return deny('The definition of the tool has changed since it was approved. Approve the new one first.');
  }
  if (permission.effect === 'DENY') return deny('The permission denies this tool.');
  if (permission.callsPerHour !== null && facts.callsInLastHour >= permission.callsPerHour) {
    return deny(`The permission allows ${permission.callsPerHour} calls an hour; they are used up.`);
  }
  if (facts.isAllowedForRun)
    return { effect: 'ALLOW', rule: 'A person has allowed this tool for the rest of the run.' };
  if (permission.effect === 'ASK')
    return { effect: 'ASK', rule: 'The permission asks a person before each call.' };
  if (permission.allowedPatterns.length > 0 || permission.blockedPatterns.length > 0) {
    return {
      effect: 'ASK',
      rule: 'The permission is limited to command patterns, so a person has to look at the call.',
    };
  }
  return { effect: 'ALLOW', rule: 'The permission allows this tool.' };
}
