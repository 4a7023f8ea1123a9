import type { ErrorLike } from '@apollo/client';
import type { FailureErrorFragment } from '#app/gql/session.ts';
import { faultOf, type Fault } from '#app/lib/api/fault.ts';

/** An expected failure of a mutation, or a fault on the way to it, ready to be shown beside what caused it. */
export interface Failure {
  code: string;
  message: string;
  requestId?: string | null;
  /** Messages by the name of the form field they belong to. */
  fields: Record<string, string>;
}

type Result = { __typename: string } | null | undefined;
type Refusal = Extract<FailureErrorFragment, { __typename: string }>;

const isRefusal = (result: object): result is Refusal => 'code' in result && 'message' in result;

export const failureOfFault = (fault: Fault): Failure => ({ ...fault, fields: {} });

/** Null when the result is the payload. `input.name` and `name` both lead to the field `name`. */
export function failureOf(result: Result): Failure | null {
  if (!result) {
    return {
      code: 'INTERNAL',
      message: 'The API gave no result. Nothing is known to have changed.',
      fields: {},
    };
  }
  if (!isRefusal(result)) return null;
  const fields: Record<string, string> = {};
  if (result.__typename === 'ValidationError') {
    for (const issue of result.issues) {
      const name = issue.path.filter((part) => part !== 'input').join('.');
      if (name) fields[name] ??= issue.message;
    }
  }
  const own = result.path?.filter((part) => part !== 'input').join('.');
  if (own && Object.keys(fields).length === 0) fields[own] = result.message;
  return { code: result.code, message: result.message, fields };
}

/** Of what a mutation hook gives back: a fault on the way, or what the API refused. */
export function failureOfOutcome(error: ErrorLike | undefined, result: Result): Failure | null {
  const fault = faultOf(error);
  return fault ? failureOfFault(fault) : failureOf(result);
}
