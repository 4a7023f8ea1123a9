import type { PermissionEffect, ToolPermissionSetInput } from '#app/gql/agents.ts';
import { linesOf, optionalNumberOf, optionalTextOf, textOf } from '#app/lib/form-text.ts';

/** What the form of a permission holds, as it is written there. */
export interface PermissionValues {
  effect: PermissionEffect;
  allowedPatterns: string[];
  blockedPatterns: string[];
  callsPerHour: number | null;
  /** As a field for date and time gives it, in UTC; null for never. */
  expiresAt: string | null;
  reason: string | null;
}

export const PERMISSION_EFFECTS: Record<PermissionEffect, string> = {
  ALLOW: 'Allow: the call is made',
  ASK: 'Ask: a person decides about each call',
  DENY: 'Deny: the agent does not see the tool',
};

const isEffect = (value: string): value is PermissionEffect => value in PERMISSION_EFFECTS;

export function readPermissionForm(form: FormData): PermissionValues {
  const effect = textOf(form, 'effect');
  return {
    effect: isEffect(effect) ? effect : 'ASK',
    allowedPatterns: linesOf(form, 'allowedPatterns'),
    blockedPatterns: linesOf(form, 'blockedPatterns'),
    callsPerHour: optionalNumberOf(form, 'callsPerHour'),
    expiresAt: optionalTextOf(form, 'expiresAt'),
    reason: optionalTextOf(form, 'reason'),
  };
}

/** A permission as the API takes it. */
export const permissionInput = ({
  expiresAt,
  ...values
}: PermissionValues): Omit<ToolPermissionSetInput, 'agentId' | 'toolId'> => ({
  ...values,
  expiresAt: expiresAt === null ? null : `${expiresAt.slice(0, 16)}:00Z`,
});

/** An instant as a field for date and time shows it, in UTC. */
export const dateTimeText = (instant: string | null | undefined): string => instant?.slice(0, 16) ?? '';
