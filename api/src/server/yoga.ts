import type { IncomingMessage, ServerResponse } from 'node:http';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga';
import type { Machine } from '../domains/context.ts';
import type { GraphQLContext } from '../graphql/context.ts';
import { addressOf } from './address.ts';
import { authenticate, bearerOf, createContext, replaysOfConnection, requestIdOf } from './context.ts';
import { answerPages } from './answer-pages.ts';
import { csrfPrevention } from './csrf.ts';
import { eventStreams } from './event-stream.ts';
import { compiledAnswers } from './compiled-answers.ts';
import { eventAnswers } from './event-answers.ts';
import type { Identities } from './identity.ts';
import type { Masking } from './masking.ts';
import type { ConnectionLimits } from './connection-limits.ts';
import { createOperationLimits } from './operation-limits.ts';
import { askedOf, cookiesOf, originKindOf } from './origin.ts';
import { createRequestRate } from './request-rate.ts';
import { createSingleStreams } from './single-stream.ts';
import type { Readers } from './slow-reader.ts';
import { refuseStaleTokens } from './stale-token.ts';

/** What Node hands to Yoga with a request, or the WebSocket server with an operation. */
interface ServerContext {
  req?: IncomingMessage;
  res?: ServerResponse;
  /** A context that is ready: an operation on a socket. */
  ready?: GraphQLContext;
}

export type StudioYoga = YogaServerInstance<ServerContext, GraphQLContext>;

/** More tokens than any person writes; it bounds what parsing costs. */
const MAX_TOKENS = 5_000;

export function createStudioYoga(options: {
  machine: Machine;
  schema: GraphQLSchema;
  identities: Identities;
  masking: Masking;
  limits: ConnectionLimits;
  readers: Readers;
}): StudioYoga {
  const { machine, identities, masking, limits, readers } = options;
  const cookies = new WeakMap<Request, string[]>();
  const requestIds = new WeakMap<Request, string>();
  async function contextOfRequest(request: Request, { req }: ServerContext): Promise<GraphQLContext> {
    const headers = request.headers;
    const presented = {
      bearer: bearerOf(headers.get('authorization')),
      cookieHeader: req ? cookiesOf(req, machine.settings) : null,
    };
    const requestId = requestIdFor(request);
    return createContext({
      machine,
      identities,
      authentication: await authenticate(machine, identities, presented),
      presented,
      requestId,
      address: req ? addressOf(req, machine.settings.trustedProxies) : null,
      userAgent: headers.get('user-agent'),
      signal: request.signal,
      replays: replaysOfConnection(),
      lastEventId: headers.get('last-event-id') || null,
      setCookies: (values) => cookies.set(request, values),
    });
  }
  const requestIdFor = (request: Request): string => {
    const known = requestIds.get(request) ?? requestIdOf(request.headers.get('x-request-id'));
    requestIds.set(request, known);
    return known;
  };

  const yoga = createYoga<ServerContext, GraphQLContext>({
    schema: options.schema,
    // The second is for GraphQL over SSE; see single-stream.ts.
    graphqlEndpoint: '/graphql{/stream}?',
    // The explorer is a page of the dashboard, from our own bundle.
    graphiql: false,
    landingPage: false,
    batching: false,
    logging: false,
    // Foreign origins have been refused before. Given a list, Yoga would answer the others with the origin `null`, which
    // is that of every sandboxed frame.
    cors(_request, context) {
      const { req } = context as ServerContext;
      const origin = req?.headers.origin;
      if (!req || origin === undefined) return false;
      const isOwn = originKindOf(askedOf(req), machine.settings) === 'OWN';
      return { origin: [origin], credentials: isOwn };
    },
    // Results of validation differ between callers: see operation-limits.ts.
    parserAndValidationCache: { validationCache: false },
    maskedErrors: { errorMessage: '', maskError: (error) => masking.mask(error, null) },
    context: (initial) => initial.ready!,
    plugins: [
      csrfPrevention,
      {
        // Before the document is looked at: who sends it decides what may be in it.
        async onParams({ request, context }) {
          (context as ServerContext).ready = await contextOfRequest(request, context as ServerContext);
        },
      } satisfies Plugin,
      createSingleStreams({ contextOfRequest, mask: masking.mask, readers }),
      parserLimits,
      createOperationLimits({ settings: machine.settings, mask: masking.mask }),
      masking.plugin,
      createRequestRate(machine, masking.mask),
      refuseStaleTokens,
      compiledAnswers(options.schema),
      eventStreams(readers),
      eventAnswers({ schema: options.schema, identities, mask: masking.mask }),
      // After what puts another subscribe in place of the one it finds.
      limits.plugin,
      answerPages,
      {
        // What failed before the operation was known, such as its syntax, names the request too. A fault of ours keeps
        // the id under which it was logged.
        onResultProcess({ request, result }) {
          if (!('errors' in result)) return;
          for (const { extensions } of result.errors ?? [])
            if (extensions['code'] !== 'INTERNAL') extensions['requestId'] = requestIdFor(request);
        },
        onResponse({ request, response }) {
          for (const cookie of cookies.get(request) ?? []) response.headers.append('set-cookie', cookie);
          response.headers.set(
            'cache-control',
            response.headers.get('content-type')?.includes('event-stream')
              ? 'no-store, no-transform'
              : 'no-store',
          );
          response.headers.set('x-content-type-options', 'nosniff');
          response.headers.set('x-request-id', requestIdFor(request));
        },
      } satisfies Plugin,
    ],
  });
  return yoga as unknown as StudioYoga;
}

const parserLimits: Plugin = {
  onParse({ setParseFn, parseFn }) {
    setParseFn((source, parserOptions) => parseFn(source, { ...parserOptions, maxTokens: MAX_TOKENS }));
    // Yoga names it for HTTP alone.
    return ({ result }: { result: unknown }) => {
      if (result instanceof GraphQLError) result.extensions['code'] ??= 'GRAPHQL_PARSE_FAILED';
    };
  },
};
