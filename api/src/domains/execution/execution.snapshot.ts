import { z } from 'zod';

/**
 * What a run was accepted with: later edits of the agent or the task do not change a run that is under way. Tools and
 * rights are not part of it, they are looked up again at each call. Parsed when the run is claimed.
 */
export const executionSnapshot = z.object({
  agentName: z.string(),
  systemPrompt: z.string(),
  model: z.string().nullable(),
  modelProviderId: z.string().nullable(),
  serverId: z.string(),
  limits: z.object({
    maxSteps: z.number(),
    maxDurationMs: z.number(),
    maxTokens: z.number().nullable(),
    /** Micro-dollars, as text: JSON has no 64-bit numbers. */
    maxCostMicros: z.string().nullable(),
  }),
  onUnknownOutcome: z.enum(['FAIL', 'ASK', 'TELL_MODEL']),
  /** What becomes of a question to a person that nobody answers, and after which time; runs of before had neither. */
  onUnanswered: z.enum(['WAIT', 'DENY', 'ESCALATE']).default('DENY'),
  answerWithinMs: z.number().default(86_400_000),
});

export type ExecutionSnapshot = z.infer<typeof executionSnapshot>;
