import { GraphQLError } from 'graphql';
import type { Logger } from '../platform/logger.ts';
import { isDatabaseUnavailable } from '../platform/database.ts';
import {
  ConflictError,
  NotFoundError,
  PlanLimitError,
  RateLimitedError,
  ServiceUnavailableError,
  StudioError,
  ValidationError,
  type ValidationIssue,
} from '../platform/errors.ts';
import { builder } from './builder.ts';

/** Expected failures of a mutation are members of its result union; everything else is a top-level error. */
const ErrorInterface = builder.interfaceRef<StudioError>('Error').implement({
  description: 'An expected failure. Select `... on Error { message code path }` on every mutation.',
  fields: (t) => ({
    message: t.exposeString('message', {
      nullable: false,
      description: 'A sentence for people: what is wrong and what to do.',
    }),
    code: t.exposeString('code', {
      nullable: false,
      description: 'A stable code for programs, such as NOT_FOUND.',
    }),
    path: t.stringList({
      nullable: true,
      description: 'The part of the arguments that is to blame, outermost first; null when none is.',
      resolve: (error) => error.argumentPath,
    }),
  }),
});

const ValidationIssueRef = builder.objectRef<ValidationIssue>('ValidationIssue').implement({
  access: 'carried',
  description: 'One fault of an input.',
  fields: (t) => ({
    message: t.exposeString('message', { nullable: false, description: 'What is wrong and what to do.' }),
    path: t.exposeStringList('path', {
      nullable: false,
      description: 'Path of the value in the arguments, outermost first.',
    }),
  }),
});

builder.objectType(ValidationError, {
  name: 'ValidationError',
  access: 'carried',
  interfaces: [ErrorInterface],
  description: 'The input breaks a rule; nothing was changed.',
  fields: (t) => ({
    issues: t.field({
      type: [ValidationIssueRef],
      nullable: false,
      description: 'Every fault that was found.',
      resolve: (error) => error.issues,
    }),
  }),
});

defineErrorType(
  NotFoundError,
  'NotFoundError',
  'There is no such thing, or none that you may see. Both look the same.',
);

defineErrorType(
  ConflictError,
  'ConflictError',
  'The change contradicts what is stored, for example a name that is taken or a state that does not allow it.',
);

builder.objectType(PlanLimitError, {
  name: 'PlanLimitError',
  access: 'carried',
  interfaces: [ErrorInterface],
  description: "A limit of the organization's plan is reached.",
  fields: (t) => ({
    limit: t.exposeInt('limit', { nullable: false, description: 'How many the plan allows.' }),
    usage: t.exposeInt('usage', { nullable: false, description: 'How many are in use.' }),
  }),
});

export type ErrorClass = new (...args: never[]) => StudioError;

/** An error type that says no more than the interface, such as InvalidCredentialsError. */
export function defineErrorType(type: ErrorClass, name: string, description: string): void {
  builder.objectType(type as new (...args: unknown[]) => StudioError, {
    name,
    access: 'carried',
    interfaces: [ErrorInterface],
    description,
  });
}

/** `agentCreate` → `AgentCreate`. */
export const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The `errors` option of a mutation: its union is `<Mutation>Result`. */
export function resultOf(mutation: string, ...types: ErrorClass[]) {
  const name = `${capitalized(mutation)}Result`;
  return {
    types: types as (new (...args: unknown[]) => unknown)[],
    directResult: true as const,
    union: { name, description: `What \`${mutation}\` answers: its payload, or an expected failure.` },
  };
}

/**
 * Error → what the caller sees, for HTTP, SSE and WebSocket alike. Expected errors keep their sentence and code; an
 * unexpected one is masked, and its request id finds it in the log.
 */
export function maskError(error: unknown, requestId: string, log: Logger): GraphQLError {
  const graphqlError = error instanceof GraphQLError ? error : null;
  const original = graphqlError ? graphqlError.originalError : error;
  const at = {
    nodes: graphqlError?.nodes,
    source: graphqlError?.source,
    positions: graphqlError?.positions,
    path: graphqlError?.path,
  };
  if (original instanceof StudioError) {
    const extensions = {
      code: original.code,
      requestId,
      ...(original.argumentPath ? { argumentPath: original.argumentPath } : {}),
      ...(original instanceof RateLimitedError ? retryAfter(original) : {}),
    };
    return new GraphQLError(original.message, { ...at, extensions });
  }
  // Syntax, validation and coercion errors have no cause beneath them: they speak of the caller's document.
  if (graphqlError && (!original || original instanceof GraphQLError)) {
    const code = graphqlError.extensions.code ?? (original ? 'BAD_USER_INPUT' : 'GRAPHQL_VALIDATION_FAILED');
    return new GraphQLError(graphqlError.message, {
      ...at,
      extensions: { ...graphqlError.extensions, code, requestId },
    });
  }
  if (original && isDatabaseUnavailable(original)) {
    log.error({ err: original, requestId }, 'The database is not available');
    const unavailable = new ServiceUnavailableError('The database does not answer. Try again in a moment.');
    return new GraphQLError(unavailable.message, {
      ...at,
      extensions: { code: unavailable.code, requestId, http: { status: 503 } },
    });
  }
  log.error({ err: original ?? error, requestId, path: graphqlError?.path }, 'Unexpected error');
  return new GraphQLError(`Something went wrong on our side. Tell an operator the request id ${requestId}.`, {
    ...at,
    extensions: { code: 'INTERNAL', requestId },
  });
}

/** Over HTTP it is the status and a header as well; Yoga takes `http` out of the body. */
const retryAfter = ({ retryAfterSeconds }: RateLimitedError) => ({
  retryAfterSeconds,
  http: { status: 429, headers: { 'retry-after': String(retryAfterSeconds) } },
});
