import type { z } from 'zod';
import { ValidationError } from './errors.ts';

/**
 * Parses what a stranger sent, at the door of a service. Throws one ValidationError with an issue for each fault;
 * the paths begin with `input`, as in the mutation's arguments.
 */
export function parseInput<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  throw new ValidationError(
    result.error.issues.map((issue) => ({
      message: issue.message.endsWith('.') ? issue.message : `${issue.message}.`,
      path: ['input', ...issue.path.map(String)],
    })),
  );
}

/** One issue, for the rules that a schema cannot say. */
export function invalid(message: string, ...path: string[]): ValidationError {
  return new ValidationError([{ message, path: ['input', ...path] }]);
}
