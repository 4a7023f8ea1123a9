import type { ErrorLike } from '@apollo/client';

/** A failure that is no expected outcome of an operation: the page cannot be shown. */
export interface Fault {
  code: string;
  message: string;
  requestId: string | null;
}

/** One entry of `errors` in an answer of the API. */
export interface ApiError {
  message: string;
  path?: readonly (string | number)[] | undefined;
  extensions?: { [name: string]: unknown } | undefined;
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

export const UNREACHABLE: Fault = {
  code: 'API_UNREACHABLE',
  message: 'The API did not answer. Try again in a moment.',
  requestId: null,
};

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const codeOf = ({ extensions }: ApiError): string => textOf(extensions?.['code']) ?? 'INTERNAL';

/** Told by its shape and not by its class: a page from the server has no client of its own. */
const errorsOf = (error: ErrorLike): readonly ApiError[] | null =>
  'errors' in error && Array.isArray(error.errors) ? (error.errors as ApiError[]) : null;

export const saysUnauthenticated = (errors: readonly ApiError[]): boolean =>
  errors.some((error) => codeOf(error) === 'UNAUTHENTICATED');

export const isUnauthenticated = (error: ErrorLike | undefined): boolean =>
  saysUnauthenticated((error && errorsOf(error)) ?? []);

/**
 * The fault that makes an answer unusable, or null. A field the viewer may not read is null and adds FORBIDDEN at its
 * path; the rest of the page is still right, so only errors of a root field count.
 */
export function faultIn(errors: readonly ApiError[]): Fault | null {
  const fatal = errors.find((item) => (item.path?.length ?? 0) <= 1);
  if (!fatal) return null;
  return {
    code: codeOf(fatal),
    message: fatal.message,
    requestId: textOf(fatal.extensions?.['requestId']),
  };
}

/** The same of what a hook gives back; anything but an answer means that there was none. */
export function faultOf(error: ErrorLike | undefined): Fault | null {
  if (!error) return null;
  const errors = errorsOf(error);
  return errors ? faultIn(errors) : UNREACHABLE;
}

export const isFault = (value: unknown): value is Fault =>
  typeof value === 'object' &&
  value !== null &&
  'code' in value &&
  'message' in value &&
  'requestId' in value;
