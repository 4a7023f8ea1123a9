import type { PermissionEffect } from '../../generated/prisma/enums.ts';
import type { AgentTool } from './agent-tools.ts';
import { commandOf } from './command-line.ts';
import { findAllowing, findBlocking, isTransparent } from './command-pattern.ts';

/** What the gate knows when a call is about to be made: looked up at that moment, not when the run began. */
export interface CallFacts {
  isAgentActive: boolean;
  /** Null: the agent has no permission for this tool, so the tool is not visible to it. */
  permission: AgentTool['permission'] | null;
  /** The tool as its server offers it now; null when it is gone. */
  tool: { approvedHash: string | null; offeredHash: string | null } | null;
  arguments: Readonly<Record<string, unknown>>;
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

const allow = (rule: string): Decision => ({ effect: 'ALLOW', rule });
const ask = (rule: string): Decision => ({ effect: 'ASK', rule });
const deny = (rule: string): Decision => ({ effect: 'DENY', rule });

/**
 * The permission gate, in this order: agent active → tool visible → definition as approved → DENY → blocked commands →
 * rate → allowed for the run → ASK → allowed commands → ALLOW, or ASK when no rule allows outright. Pure: the same facts
 * give the same decision.
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
  const line = permission.blockedPatterns.length > 0 ? commandOf(facts.arguments) : null;
  const blocking = line && findBlocking(line, permission.blockedPatterns);
  if (blocking) return deny(`The permission blocks the command by the pattern ${blocking}.`);
  if (permission.callsPerHour !== null && facts.callsInLastHour >= permission.callsPerHour) {
    return deny(`The permission allows ${permission.callsPerHour} calls an hour; they are used up.`);
  }
  if (facts.isAllowedForRun) return allow('A person has allowed this tool for the rest of the run.');
  if (permission.effect === 'ASK') return ask('The permission asks a person before each call.');
  return mayAsk(permission)
    ? decideCommand(facts.arguments, permission)
    : allow('The permission allows this tool.');
}

/** Whether there are calls that it lets a person decide. */
export const mayAsk = ({ effect, allowedPatterns, blockedPatterns }: AgentTool['permission']): boolean =>
  effect === 'ASK' || (effect === 'ALLOW' && allowedPatterns.length + blockedPatterns.length > 0);

/** A permission that is limited to commands: what cannot be read as one command is for a person to look at. */
function decideCommand(args: CallFacts['arguments'], { allowedPatterns }: AgentTool['permission']): Decision {
  const line = commandOf(args);
  if (!line) return ask('The permission is limited to commands, and this call names none that can be read.');
  if (!line.isPlain) return ask('The command is not one plain command, so a person has to look at it.');
  if (allowedPatterns.length === 0) {
    return isTransparent(line)
      ? allow('The permission blocks other commands than this.')
      : ask('The command starts another one, so a person has to look at it.');
  }
  const allowing = findAllowing(line, allowedPatterns);
  return allowing === null
    ? ask('No pattern of the permission allows this command.')
    : allow(`The permission allows the command by the pattern ${allowing}.`);
}
