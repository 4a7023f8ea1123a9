import { z } from 'zod';
import { AgentRole } from '../../generated/prisma/enums.ts';
import { uncleared } from '../../platform/input.ts';

/** What may be said of an agent, for creating and for changing it. */

const name = z
  .string({ error: 'Enter a name.' })
  .trim()
  .min(1, 'Enter a name.')
  .max(100, 'Keep the name to 100 characters.');
const role = z.enum(AgentRole, { error: 'Choose a role.' });
const id = z.string({ error: 'Give an id.' });
const description = z.string().trim().max(2_000, 'Keep the description to 2000 characters.');
const systemPrompt = z.string().max(100_000, 'Keep the system prompt to 100000 characters.');
const model = z
  .string()
  .trim()
  .min(1, 'Enter the name of a model, or null for that of the provider.')
  .max(200, 'The name of a model has at most 200 characters.');
const capabilities = z
  .array(
    z
      .string()
      .trim()
      .min(1, 'A capability is a word or two.')
      .max(50, 'A capability has at most 50 characters.'),
  )
  .max(50, 'An agent has at most 50 capabilities.')
  .transform((list) => [...new Set(list)]);

const whole = (least: number, most: number, unit: string) => {
  const error = `Enter between ${least} and ${most} ${unit}.`;
  return z.int({ error }).min(least, error).max(most, error);
};
const DAY_MS = 24 * 60 * 60 * 1_000;
const maxConcurrency = whole(1, 50, 'runs at the same time');
const maxSteps = whole(1, 200, 'steps');
const maxDurationMs = whole(1_000, DAY_MS, 'milliseconds');
const maxTokens = whole(1, 1_000_000_000, 'tokens');

export const agentCreation = z.strictObject({
  name,
  role,
  serverId: id,
  supervisorId: id.nullish().transform((value) => value ?? null),
  modelProviderId: id.nullish().transform((value) => value ?? null),
  model: model.nullish().transform((value) => value ?? null),
  description: description.nullish().transform((value) => value ?? ''),
  systemPrompt: systemPrompt.nullish().transform((value) => value ?? ''),
  capabilities: capabilities.nullish().transform((value) => value ?? []),
  // Left out, the column's default holds.
  maxConcurrency: maxConcurrency.nullish().transform((value) => value ?? undefined),
  maxSteps: maxSteps.nullish().transform((value) => value ?? undefined),
  maxDurationMs: maxDurationMs.nullish().transform((value) => value ?? undefined),
  maxTokens: maxTokens.nullish().transform((value) => value ?? null),
});

export type AgentCreation = z.input<typeof agentCreation>;

/** Absent is unchanged, null clears. */
export const agentChange = z.strictObject({
  name: uncleared(name),
  role: uncleared(role),
  serverId: uncleared(id),
  supervisorId: id.nullish(),
  modelProviderId: id.nullish(),
  model: model.nullish(),
  description: description.nullish().transform((value) => (value === null ? '' : value)),
  systemPrompt: systemPrompt.nullish().transform((value) => (value === null ? '' : value)),
  capabilities: capabilities.nullish().transform((value) => (value === null ? [] : value)),
  maxConcurrency: uncleared(maxConcurrency),
  maxSteps: uncleared(maxSteps),
  maxDurationMs: uncleared(maxDurationMs),
  maxTokens: maxTokens.nullish(),
});

export type AgentChange = z.input<typeof agentChange>;
