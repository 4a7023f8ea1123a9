import { z } from 'zod';
import { ValidationError } from './errors.ts';

/**
 * Parses what a stranger sent, at the door of a service. Throws one ValidationError with an issue for each fault;
 * the paths begin with `input`, as in the mutation's arguments.
 */
export function parseInput<S extends z.ZodType>(schema: S, input: z.input<S>): z.output<S> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new ValidationError(
    result.error.issues.map((issue) => ({
      message: issue.message.endsWith('.') ? issue.message : `${issue.message}.`,
      path: ['input', ...issue.path.map(String)],
    })),
  );
}

/**
 * For what can be changed and not cleared: absent is unchanged. An input of GraphQL that may be absent may be null too; that is
 * a fault, in the words of the schema.
 */
export const uncleared = <S extends z.ZodType>(schema: S) =>
  schema.nullish().transform((value, check): z.output<S> | undefined => {
    if (value !== null) return value;
    for (const { message } of schema.safeParse(null).error?.issues ?? [])
      check.addIssue({ code: 'custom', message });
    return z.NEVER;
  });

/** One issue, for the rules that a schema cannot say. */
export function invalid(message: string, ...path: string[]): ValidationError {
  return new ValidationError([{ message, path: ['input', ...path] }]);
}
