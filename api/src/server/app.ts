import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { lexicographicSortSchema, printSchema } from 'graphql';
import type { Machine } from '../domains/context.ts';
import { printPossibleTypes } from '../graphql/possible-types.ts';
import type { Redis } from '../platform/redis.ts';
import { createSchema } from '../schema.ts';
import { closeServer, createHealth, listen } from './health.ts';
import { createConnectionLimits } from './connection-limits.ts';
import { createIdentities } from './identity.ts';
import { authenticate, bearerOf } from './context.ts';
import { createMasking } from './masking.ts';
import { mayIntrospect } from './operation-limits.ts';
import { askedOf, cookiesOf, findRefusal } from './origin.ts';
import { refuseRequest } from './refusal.ts';
import { boundBody, MAX_BODY_BYTES } from './request-body.ts';
import { STREAM_PATH } from './single-stream.ts';
import { createReaders, type WatcherLimits } from './slow-reader.ts';
import { attachWebSockets } from './websocket.ts';
import { createStudioYoga } from './yoga.ts';

/** Slower clients are cut off: a handful of them must not hold every connection. */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
/** How often Node looks for them; its own default of 30 s would double the time. */
const SLOW_CHECK_MS = 2_000;
/** A year. Not for subdomains: what is served there is not ours to decide. */
const STRICT_TRANSPORT = 'max-age=31536000';
/** Streams that are still open after this long are ended, so that a shutdown comes to its end. */
const DRAIN_MS = 3_000;

export interface App {
  port: number;
  close(): Promise<void>;
}

/** Serves the API: `/graphql` over HTTP, SSE and WebSocket, health, metrics, public keys and the schema. */
export async function startApp(options: {
  machine: Machine;
  redis: Redis;
  host: string;
  port: number;
  limits?: WatcherLimits;
}): Promise<App> {
  const { machine } = options;
  const isSecure = machine.settings.publicUrl.startsWith('https:');
  const schema = createSchema();
  const printedSchema = `${printSchema(lexicographicSortSchema(schema))}\n`;
  const possibleTypes = printPossibleTypes(schema);
  const identities = await createIdentities(machine);
  const masking = createMasking(machine);
  const limits = createConnectionLimits({ settings: machine.settings.connectionLimits, mask: masking.mask });
  const readers = createReaders(options.limits);
  const yoga = createStudioYoga({ machine, schema, identities, masking, limits, readers });
  const health = createHealth(options);

  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: SLOW_CHECK_MS,
    },
    (request, response) => {
      if (isSecure) response.setHeader('strict-transport-security', STRICT_TRANSPORT);
      if (health.handle(request, response)) return;
      const refusal = findRefusal(askedOf(request), machine.settings);
      if (refusal) return refuseRequest(request, response, { status: 403, ...refusal });
      const path = request.url?.split('?')[0];
      if (path === '/schema.graphql') {
        void answerSchema(request, response);
      } else if (path === '/possible-types.json') {
        response.writeHead(200, { 'content-type': 'application/json' }).end(possibleTypes);
      } else if (path === '/.well-known/jwks.json') {
        void answerKeys(machine, response);
      } else if (path === '/graphql' || path === STREAM_PATH) {
        if (boundBody(request, response, () => refuseRequest(request, response, TOO_LARGE)))
          void yoga(request, response);
      } else {
        response
          .writeHead(404, { 'content-type': 'application/json' })
          .end('{"message":"The API is at /graphql."}');
      }
    },
  );
  async function answerSchema(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const { identity } = await authenticate(machine, identities, {
        bearer: bearerOf(request.headers.authorization),
        cookieHeader: cookiesOf(request, machine.settings),
      });
      const isShown = mayIntrospect(machine.settings, identity?.viewer ?? null);
      response
        .writeHead(isShown ? 200 : 403, { 'content-type': 'text/plain; charset=utf-8' })
        .end(
          isShown
            ? printedSchema
            : 'The schema is not shown here. Send the token of a member who may run agents.\n',
        );
    } catch (error) {
      machine.log.error({ err: error }, 'The schema could not be served');
      response.writeHead(503, { 'content-type': 'text/plain' }).end('Try again in a moment.\n');
    }
  }

  const sockets = attachWebSockets({ server, yoga, machine, identities, limits, masking, readers });
  health.gauge('studio_websockets', 'Open WebSocket connections', () => limits.sockets);
  health.gauge('studio_operations_at_work', 'Operations and open streams', () => limits.operations);
  health.gauge('studio_watched_executions', 'Executions that this process watches', () => machine.tails.size);
  health.gauge(
    'studio_watched_identities',
    'Streams and sockets that watch whose they are',
    () => identities.watching,
  );
  health.gauge(
    'studio_slow_watchers',
    'Watchers that were cut off because they had stopped reading',
    () => readers.cutOff,
  );
  const port = await listen(server, options.host, options.port);

  return {
    port,
    async close() {
      const isClosed = closeServer(server);
      await sockets.close();
      const timer = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
      await isClosed;
      clearTimeout(timer);
      identities.close();
    },
  };
}

const TOO_LARGE = {
  status: 413,
  code: 'REQUEST_TOO_LARGE',
  message: `A request has at most ${MAX_BODY_BYTES} bytes.`,
};

async function answerKeys(machine: Machine, response: ServerResponse): Promise<void> {
  try {
    const keys = await machine.accessTokens.listPublicKeys();
    response
      .writeHead(200, { 'content-type': 'application/json', 'cache-control': 'public, max-age=300' })
      .end(JSON.stringify({ keys }));
  } catch (error) {
    machine.log.error({ err: error }, 'The public keys could not be read');
    response
      .writeHead(503, { 'content-type': 'application/json' })
      .end('{"message":"Try again in a moment."}');
  }
}
