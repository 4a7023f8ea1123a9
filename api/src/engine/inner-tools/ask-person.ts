import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { ModelTool, ModelToolCall } from '../../drivers/driver.ts';
import { answerSchema, PLAIN_ANSWER } from '../../domains/input-request/answer-schema.ts';
import {
  type Answered,
  findInputRequest,
  insertInputRequest,
} from '../../domains/input-request/input-request.ask.ts';
import { event } from '../../domains/execution-event/execution-event.log.ts';
import type { Suspension } from '../../domains/execution/execution.status.ts';
import { untilAnswered } from '../../platform/database.ts';
import type { Run } from '../run.ts';

/** The studio's own tool with which an agent asks a person. It needs no permission: it touches nothing outside. */
export const ASK_TOOL = 'ask_person';

const askArguments = z.object({
  question: z.string().trim().min(1).max(4_000),
  schema: answerSchema.optional(),
});

export const askTool: ModelTool = {
  name: ASK_TOOL,
  description:
    'Asks the people who look after you one question and waits for their answer, which may take hours. Ask only what you cannot find out yourself.',
  inputSchema: {
    type: 'object',
    properties: {
      question: { type: 'string', description: 'The question, in full sentences.' },
      schema: {
        type: 'object',
        description:
          'Leave it out for an answer in words. Else a JSON Schema of an object with 1 to 20 plain values: string (also with enum), number, integer, boolean.',
      },
    },
    required: ['question'],
  },
};

/** What the model is told, or that the run waits. */
export type Asked = { result: { isError: boolean; text: string } } | Suspension;

const told = (text: string, isError = false): Asked => ({ result: { isError, text } });
const UNTIL_ANSWERED: Suspension = { status: 'WAITING_INPUT', wakeAt: null };

/** Asks, unless it was asked before: then the answer, as far as there is one. */
export async function askPerson(run: Run, call: ModelToolCall): Promise<Asked> {
  const { id: executionId, organizationId } = run.execution;
  const of = { organizationId, executionId, callId: call.callId };
  const earlier = await untilAnswered(() => findInputRequest(run.ctx, of), run.signal);
  if (earlier) return replyOf(earlier);
  const parsed = askArguments.safeParse(call.arguments);
  if (!parsed.success) return told(`The question was not asked: ${z.prettifyError(parsed.error)}`, true);
  return suspend(run, call, parsed.data);
}

function suspend(run: Run, { callId }: ModelToolCall, asked: z.infer<typeof askArguments>): Suspension {
  const { id: executionId, organizationId, agentId, snapshot } = run.execution;
  const id = randomUUID();
  const shown = run.writer.redact({ question: asked.question, schema: asked.schema ?? PLAIN_ANSWER });
  const payload = { inputRequestId: id, callId, serverName: null, ...shown };
  return {
    ...UNTIL_ANSWERED,
    asks: {
      events: [event('INPUT_REQUESTED', payload, run.ctx.clock.now())],
      write: (client) =>
        insertInputRequest(client, { id, organizationId, executionId, agentId, callId, ...shown }, snapshot),
      ring: () => undefined,
    },
  };
}

function replyOf({ status, answer, resolvedBy }: Answered): Asked {
  switch (status) {
    case 'PENDING':
      return UNTIL_ANSWERED;
    case 'ANSWERED':
      return told(`${resolvedBy ?? 'Somebody'} answered: ${JSON.stringify(answer)}`);
    case 'DECLINED':
      return told(`${resolvedBy ?? 'Somebody'} declined to answer. Go on without it.`, true);
    case 'EXPIRED':
      return told('Nobody answered in time. Go on without an answer.', true);
    case 'CANCELLED':
      return told('The question was withdrawn.', true);
    default:
      return status satisfies never;
  }
}
