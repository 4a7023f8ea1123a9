import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { useExtendContextValuePerExecuteSubscriptionEvent } from '@envelop/execute-subscription-event';
import type { ExecutionResult, GraphQLError, GraphQLSchema } from 'graphql';
import {
  createYoga,
  handleStreamOrSingleExecutionResult,
  type Plugin,
  type YogaServerInstance,
} from 'graphql-yoga';
import type { Machine } from '../domains/context.ts';
import type { GraphQLContext } from '../graphql/context.ts';
import { maskError } from '../graphql/errors.ts';
import { addressOf, authenticate, bearerOf, createContext, isOwnOrigin, requestIdOf } from './context.ts';
import { csrfPrevention } from './csrf.ts';
import { eventStreams } from './event-stream.ts';
import type { Identities } from './identity.ts';
import { refuseStaleTokens } from './stale-token.ts';

/** What Node hands to Yoga with a request, or the WebSocket server with an operation. */
interface ServerContext {
  req?: IncomingMessage;
  res?: ServerResponse;
  /** A context that is ready: an operation on a socket. */
  ready?: GraphQLContext;
}

export type StudioYoga = YogaServerInstance<ServerContext, GraphQLContext>;

/** A larger body is refused before it is parsed. */
export const MAX_BODY_BYTES = 1_000_000;
/** More tokens than any person writes; it bounds what parsing costs. */
const MAX_TOKENS = 5_000;

export function createStudioYoga(options: {
  machine: Machine;
  schema: GraphQLSchema;
  identities: Identities;
}): StudioYoga {
  const { machine, identities } = options;
  const masking = createMasking(machine);
  const cookies = new WeakMap<Request, string[]>();
  const requestIds = new WeakMap<Request, string>();
  const yoga = createYoga<ServerContext, GraphQLContext>({
    schema: options.schema,
    graphqlEndpoint: '/graphql',
    // The explorer is a page of the dashboard, from our own bundle.
    graphiql: false,
    landingPage: false,
    batching: false,
    logging: false,
    cors: {
      origin: [new URL(machine.settings.publicUrl).origin, ...machine.settings.allowedOrigins],
      credentials: true,
    },
    parserAndValidationCache: true,
    maskedErrors: { errorMessage: '', maskError: (error) => masking.mask(error, randomUUID()) },
    async context(initial) {
      if (initial.ready) return initial.ready;
      const { request } = initial;
      const headers = request.headers;
      const isOwn = isOwnOrigin(headers.get('origin'), headers.get('host'), machine.settings.publicUrl);
      const presented = {
        bearer: bearerOf(headers.get('authorization')),
        cookieHeader: isOwn ? headers.get('cookie') : null,
      };
      const requestId = requestIdOf(headers.get('x-request-id'));
      requestIds.set(request, requestId);
      return createContext({
        machine,
        identities,
        authentication: await authenticate(machine, identities, presented),
        presented,
        requestId,
        address: initial.req ? addressOf(initial.req) : null,
        userAgent: headers.get('user-agent'),
        signal: request.signal,
        lastEventId: headers.get('last-event-id') || null,
        setCookies: (values) => cookies.set(request, values),
      });
    },
    plugins: [
      csrfPrevention,
      parserLimits,
      masking.plugin,
      refuseStaleTokens,
      eventStreams(),
      // Rights are looked at anew for each event, not frozen for the life of a stream.
      useExtendContextValuePerExecuteSubscriptionEvent<GraphQLContext>(async ({ args }) => {
        const { viewer } = args.contextValue as GraphQLContext;
        const identity = viewer && (await identities.find(viewer.via));
        return {
          contextPartial: {
            viewer: identity?.viewer ?? null,
            ability: identity?.ability ?? identities.anonymous,
          },
        };
      }),
      {
        onResponse({ request, response }) {
          for (const cookie of cookies.get(request) ?? []) response.headers.append('set-cookie', cookie);
          response.headers.set(
            'cache-control',
            response.headers.get('content-type')?.includes('event-stream')
              ? 'no-store, no-transform'
              : 'no-store',
          );
          response.headers.set('x-content-type-options', 'nosniff');
          const requestId = requestIds.get(request);
          if (requestId) response.headers.set('x-request-id', requestId);
        },
      } satisfies Plugin,
    ],
  });
  return yoga as unknown as StudioYoga;
}

const parserLimits: Plugin = {
  onParse({ setParseFn, parseFn }) {
    setParseFn((source, parserOptions) => parseFn(source, { ...parserOptions, maxTokens: MAX_TOKENS }));
  },
};

/**
 * Masks the errors of results with the id of their request; what fails outside of an operation gets an id of its own.
 * Works alike for HTTP, SSE and WebSocket, since all of them go through these hooks.
 */
function createMasking(machine: Machine) {
  const masked = new WeakSet<object>();
  const mask = (error: unknown, requestId: string) => {
    if (typeof error === 'object' && error !== null && masked.has(error)) return error as Error;
    const result = maskError(error, requestId, machine.log);
    masked.add(result);
    return result;
  };
  const maskResult =
    (requestId: string) =>
    ({ result, setResult }: { result: ExecutionResult; setResult: (result: ExecutionResult) => void }) => {
      if (!result.errors) return;
      setResult({ ...result, errors: result.errors.map((error) => mask(error, requestId) as GraphQLError) });
    };
  const plugin: Plugin<GraphQLContext> = {
    onExecute: ({ args }) => ({
      onExecuteDone: (payload) =>
        handleStreamOrSingleExecutionResult(payload, maskResult(requestIdIn(args.contextValue))),
    }),
    onSubscribe: ({ args }) => ({
      onSubscribeResult: (payload) =>
        handleStreamOrSingleExecutionResult(payload, maskResult(requestIdIn(args.contextValue))),
      onSubscribeError: ({ error, setError }) => setError(mask(error, requestIdIn(args.contextValue))),
    }),
  };
  return { mask, plugin };
}

const requestIdIn = (context: unknown): string => (context as GraphQLContext).requestId;
