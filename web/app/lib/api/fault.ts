import { CombinedGraphQLErrors, type ErrorLike } from '@apollo/client';

/** A failure that is no expected outcome of an operation: the page cannot be shown. */
export interface Fault {
  code: string;
  message: string;
  requestId: string | null;
}

const HTTP_STATUS: Record<string, number> = {
  BAD_USER_INPUT: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  RATE_LIMITED: 429,
  API_UNREACHABLE: 503,
};

export const statusOfFault = (fault: Fault): number => HTTP_STATUS[fault.code] ?? 500;

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

const codesOf = (error: ErrorLike | undefined): string[] =>
  CombinedGraphQLErrors.is(error)
    ? error.errors.map((item) => textOf(item.extensions?.['code']) ?? 'INTERNAL')
    : [];

export const isUnauthenticated = (error: ErrorLike | undefined): boolean =>
  codesOf(error).includes('UNAUTHENTICATED');

/**
 * The fault that makes a result unusable, or null. A field the viewer may not read is null and adds FORBIDDEN at its
 * path; the rest of the page is still right, so only errors of a root field count.
 */
export function faultOf(error: ErrorLike | undefined): Fault | null {
  if (!error) return null;
  if (!CombinedGraphQLErrors.is(error)) {
    return {
      code: 'API_UNREACHABLE',
      message: 'The API did not answer. Try again in a moment.',
      requestId: null,
    };
  }
  const fatal = error.errors.find((item) => (item.path?.length ?? 0) <= 1);
  if (!fatal) return null;
  return {
    code: textOf(fatal.extensions?.['code']) ?? 'INTERNAL',
    message: fatal.message,
    requestId: textOf(fatal.extensions?.['requestId']),
  };
}

export const isFault = (value: unknown): value is Fault =>
  typeof value === 'object' &&
  value !== null &&
  'code' in value &&
  'message' in value &&
  'requestId' in value;
