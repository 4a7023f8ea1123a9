import { z } from 'zod';
import type { JsonObject } from '../../drivers/driver.ts';

/**
 * What a question takes as its answer: an object of plain values, as MCP has it for elicitation. Anything deeper would need a
 * form that nobody can read on a telephone.
 */
const property = z.strictObject({
  type: z.enum(['string', 'number', 'integer', 'boolean']),
  title: z.string().max(200).optional(),
  description: z.string().max(1_000).optional(),
  enum: z.array(z.string().max(200)).min(1).max(50).optional(),
});

export const answerSchema = z.strictObject({
  type: z.literal('object'),
  properties: z.record(z.string().regex(/^[\w-]{1,100}$/), property).refine((properties) => {
    const { length } = Object.keys(properties);
    return length > 0 && length <= 20;
  }, 'Ask for 1 to 20 values.'),
  required: z.array(z.string()).max(20).default([]),
});

export type AnswerSchema = z.infer<typeof answerSchema>;

/** When an agent asks without saying what it expects. */
export const PLAIN_ANSWER: AnswerSchema = {
  type: 'object',
  properties: { answer: { type: 'string', title: 'Answer' } },
  required: ['answer'],
};

const MOST_TEXT = 10_000;

/** What is wrong with an answer, by the name of the value; empty: nothing is. */
export function faultsOfAnswer(schema: AnswerSchema, answer: JsonObject): Record<string, string> {
  const faults: Record<string, string> = {};
  for (const name of Object.keys(answer))
    if (!Object.hasOwn(schema.properties, name))
      faults[name] = 'The question does not ask for this. Leave it out.';
  for (const [name, { type, enum: values }] of Object.entries(schema.properties)) {
    const value = answer[name];
    if (value === undefined || value === null || value === '') {
      if (schema.required.includes(name)) faults[name] = 'The question needs this.';
    } else if (type === 'boolean') {
      if (typeof value !== 'boolean') faults[name] = 'Say true or false.';
    } else if (type === 'string') {
      if (typeof value !== 'string') faults[name] = 'Give a text.';
      else if (value.length > MOST_TEXT) faults[name] = `Keep it to ${MOST_TEXT} characters.`;
      else if (values && !values.includes(value)) faults[name] = `Choose one of ${values.join(', ')}.`;
    } else if (typeof value !== 'number' || (type === 'integer' && !Number.isInteger(value))) {
      faults[name] = type === 'integer' ? 'Give a whole number.' : 'Give a number.';
    }
  }
  return faults;
}
