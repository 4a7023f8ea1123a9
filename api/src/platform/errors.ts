/**
 * The expected failures. Each has a stable code, a sentence for people that says what to do, and, where a part of the
 * input is to blame, the path of that part. `graphql/errors.ts` turns them into schema types.
 */
export abstract class StudioError extends Error {
  abstract readonly code: string;
  constructor(
    message: string,
    /**
     * Path of the input that is to blame, from the operation's arguments down; null when none is. Not called `path`:
     * graphql-js takes an error with a `path` for one that it has located already, and leaves out where it happened.
     */
    readonly argumentPath: string[] | null = null,
  ) {
    super(message);
  }
}

export interface ValidationIssue {
  message: string;
  path: string[];
}

export class ValidationError extends StudioError {
  override readonly name = 'ValidationError';
  readonly code = 'BAD_USER_INPUT';
  constructor(readonly issues: ValidationIssue[]) {
    super(issues.map((issue) => issue.message).join(' '), issues[0]?.path ?? null);
  }
}

/** Missing, or not yours: both look the same from outside. */
export class NotFoundError extends StudioError {
  override readonly name = 'NotFoundError';
  readonly code = 'NOT_FOUND';
  constructor(noun: string, path: string[] | null = null) {
    super(`There is no such ${noun}, or you may not see it.`, path);
  }
}

export class ConflictError extends StudioError {
  override readonly name = 'ConflictError';
  readonly code: string;
  constructor(message: string, options: { path?: string[]; code?: string } = {}) {
    super(message, options.path ?? null);
    this.code = options.code ?? 'CONFLICT';
  }
}

export class PlanLimitError extends StudioError {
  override readonly name = 'PlanLimitError';
  readonly code = 'PLAN_LIMIT';
  constructor(
    noun: string,
    readonly limit: number,
    readonly usage: number,
  ) {
    super(`Your plan allows ${limit} ${noun}; ${usage} are in use. Remove some, or choose a larger plan.`);
  }
}

export class UnauthenticatedError extends StudioError {
  override readonly name = 'UnauthenticatedError';
  readonly code = 'UNAUTHENTICATED';
  constructor(message = 'Sign in first: send an access token or the session cookie.') {
    super(message);
  }
}

export class ForbiddenError extends StudioError {
  override readonly name = 'ForbiddenError';
  readonly code = 'FORBIDDEN';
}

export class ServiceUnavailableError extends StudioError {
  override readonly name = 'ServiceUnavailableError';
  readonly code = 'SERVICE_UNAVAILABLE';
}

/** Too much in too short a time. `retryAfterSeconds` is when it is worth trying again. */
export class RateLimitedError extends StudioError {
  override readonly name = 'RateLimitedError';
  readonly code = 'RATE_LIMITED';
  constructor(
    readonly retryAfterSeconds: number,
    why: string,
  ) {
    super(`${why} Try again in ${retryAfterSeconds} ${retryAfterSeconds === 1 ? 'second' : 'seconds'}.`);
  }
}
