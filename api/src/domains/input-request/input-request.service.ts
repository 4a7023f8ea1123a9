import { z } from 'zod';
import type { JsonObject } from '../../drivers/driver.ts';
import { ConflictError, NotFoundError, ValidationError } from '../../platform/errors.ts';
import { invalid, parseInput } from '../../platform/input.ts';
import { changeInSql } from '../change.ts';
import type { ServiceContext } from '../context.ts';
import { authorize, scoped } from '../policy.ts';
import { answerSchema, faultsOfAnswer } from './answer-schema.ts';
import { inputRequestPolicy } from './input-request.policy.ts';
import { settleInputRequest } from './input-request.settle.ts';

const resolution = z.strictObject({
  inputRequestId: z.string(),
  /** Null declines. */
  answer: z.record(z.string(), z.unknown()).nullable(),
});

/**
 * Answers a question of an agent, or declines to; once. Throws ValidationError with an issue for each value that the question
 * does not take, NOT_FOUND, CONFLICT.
 */
export async function resolveInputRequest(
  ctx: ServiceContext,
  input: z.input<typeof resolution>,
): Promise<{ id: string }> {
  const { userId } = authorize(ctx, 'resolve', inputRequestPolicy);
  const { inputRequestId, answer } = parseInput(resolution, input);
  const request = await findToResolve(ctx, inputRequestId);
  if (request.status !== 'PENDING') throw settledAlready(request);
  if (answer) assertFits(request.schema, answer as JsonObject);
  const reply = {
    status: answer ? 'ANSWERED' : 'DECLINED',
    answer: answer as JsonObject | null,
    resolvedById: userId,
  } as const;
  const resolving = {
    action: 'resolve',
    policy: inputRequestPolicy,
    operation: 'inputRequestResolve',
  } as const;
  const isSettled = await settleInputRequest(ctx, request, reply, (settle) =>
    changeInSql(ctx, resolving, async ({ client, record }) => {
      const head = await settle(client);
      record({ policy: inputRequestPolicy, id: request.id }, request, { ...request, ...reply });
      return head;
    }),
  );
  if (!isSettled) throw settledAlready(await findToResolve(ctx, request.id));
  return { id: request.id };
}

async function findToResolve(ctx: ServiceContext, id: string) {
  const row = await ctx.db.inputRequest.findFirst({
    where: { AND: [scoped(ctx, 'resolve', 'InputRequest'), { id }] },
    include: { resolvedBy: { select: { name: true } } },
  });
  if (!row) throw new NotFoundError('question', ['input', 'inputRequestId']);
  return row;
}

function assertFits(schema: unknown, answer: JsonObject): void {
  if (Object.keys(answer).length === 0)
    throw invalid('Answer the question, or send null to decline.', 'answer');
  const faults = Object.entries(faultsOfAnswer(answerSchema.parse(schema), answer));
  if (faults.length > 0)
    throw new ValidationError(
      faults.map(([name, message]) => ({ message: `${name}: ${message}`, path: ['input', 'answer', name] })),
    );
}

function settledAlready({ status, resolvedBy }: Awaited<ReturnType<typeof findToResolve>>): ConflictError {
  const who = resolvedBy?.name ?? 'Somebody';
  const said = {
    PENDING: 'The time to answer is over. The run goes on without an answer.',
    ANSWERED: `${who} has answered it already. There is nothing more to say.`,
    DECLINED: `${who} has declined to answer. Retry the run to have it asked again.`,
    EXPIRED: 'Nobody answered in time. Retry the run to have it asked again.',
    CANCELLED: 'The run has ended, so nothing waits any more. Retry the run to have it asked again.',
  }[status];
  return new ConflictError(said, { path: ['input', 'inputRequestId'], code: 'QUESTION_SETTLED' });
}
