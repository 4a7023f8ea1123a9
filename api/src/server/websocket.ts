import type { IncomingMessage, Server } from 'node:http';
import { useServer } from 'graphql-ws/use/ws';
import { type DocumentNode, type ExecutionArgs, getOperationAST, GraphQLError } from 'graphql';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Machine } from '../domains/context.ts';
import type { IdentityWatch } from '../domains/stream.ts';
import type { Turns } from '../platform/turns.ts';
import type { GraphQLContext } from '../graphql/context.ts';
import { isSignIn } from '../graphql/document-limits.ts';
import { addressOf } from './address.ts';
import { pagesOf } from './answer-pages.ts';
import { type ConnectionLimits, TOO_MANY_REQUESTS, TOO_MANY_SOCKETS } from './connection-limits.ts';
import {
  authenticate,
  type Authentication,
  bearerOf,
  createContext,
  identifyAgain,
  type Presented,
  replaysOfConnection,
  requestIdOf,
  SESSION_ENDED,
} from './context.ts';
import type { Identities } from './identity.ts';
import { joinWrites } from './joined-writes.ts';
import type { Masking } from './masking.ts';
import { askedOf, cookiesOf, findRefusal } from './origin.ts';
import { refuseUpgrade } from './refusal.ts';
import { type Readers, TOO_SLOW } from './slow-reader.ts';
import { sendPages } from './socket-pages.ts';
import type { StudioYoga } from './yoga.ts';

/** A frame carries one operation; nobody writes a larger one. */
const MAX_FRAME_BYTES = 64 * 1_024;
const INIT_TIMEOUT_MS = 3_000;
const MOST_OPERATIONS_PER_SOCKET = 100;

interface Extra extends Record<PropertyKey, unknown> {
  socket: WebSocket;
  request: IncomingMessage;
  authentication?: Authentication;
  presented?: Presented;
  /** One controller per operation: a socket that closes ends its streams. Set once the connection is initialised. */
  operations?: Map<string, AbortController>;
  replays?: Turns;
  identity?: IdentityWatch;
  reader?: { release(): void };
}

function endOperation({ operations }: Extra, id: string): void {
  operations?.get(id)?.abort();
  operations?.delete(id);
}

const tooManyOperations = () =>
  new GraphQLError(
    `A socket carries at most ${MOST_OPERATIONS_PER_SOCKET} operations at once. End some, or open another.`,
    { extensions: { code: 'TOO_MANY_OPERATIONS' } },
  );

/** graphql-ws would say it without a code and without the id of the request. */
const noSuchOperation = () =>
  new GraphQLError('The document has several operations, or none of this name. Name one in operationName.', {
    extensions: { code: 'BAD_USER_INPUT' },
  });

/** On a socket there is no cookie to set, no status, and no guard against a page that speaks for its visitor. */
const httpOnly = () =>
  new GraphQLError('Send auth mutations over HTTP: a WebSocket belongs to the session it was opened with.', {
    extensions: { code: 'HTTP_ONLY' },
  });

type EnvelopedArgs = ExecutionArgs & { rootValue: { execute: unknown; subscribe: unknown } };

export interface WebSockets {
  close(): Promise<void>;
}

/** graphql-transport-ws on `/graphql`, through the same plugins as HTTP. */
export function attachWebSockets(options: {
  server: Server;
  yoga: StudioYoga;
  machine: Machine;
  identities: Identities;
  limits: ConnectionLimits;
  masking: Masking;
  readers: Readers;
}): WebSockets {
  const { machine, identities, yoga, limits, masking, readers } = options;
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
  });
  options.server.on('upgrade', (request, socket, head) => {
    const refusal = findRefusal(askedOf(request), machine.settings);
    if (refusal) return refuseUpgrade(request, socket, { status: 403, ...refusal });
    if (request.url?.split('?')[0] !== '/graphql') return socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
    if (!limits.admit(request, addressOf(request, machine.settings.trustedProxies)))
      return socket.end(TOO_MANY_REQUESTS);
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      joinWrites(webSocket, request.socket);
      sockets.emit('connection', webSocket, request);
    });
  });

  const protocol = useServer<Record<string, unknown>, Extra>(
    {
      connectionInitWaitTimeout: INIT_TIMEOUT_MS,
      async onConnect(ctx) {
        const { extra } = ctx;
        const { authorization } = ctx.connectionParams ?? {};
        const presented = {
          bearer: bearerOf(authorization),
          cookieHeader: cookiesOf(extra.request, machine.settings),
        };
        extra.presented = presented;
        const cut = () => {
          for (const operation of extra.operations?.values() ?? []) operation.abort();
          // 1013, "try again later": graphql-ws reconnects.
          extra.socket.close(1013, TOO_SLOW);
        };
        extra.reader = readers.watch(extra.request.socket, cut);
        extra.authentication = await authenticate(machine, identities, presented);
        // 4403: the client refreshes its token and comes back. graphql-ws would close it without saying why.
        const { credential, identity, fault } = extra.authentication;
        if (fault) {
          extra.socket.close(4403, fault);
          return false;
        }
        if (identity && !limits.identify(extra.request, identity.viewer)) {
          // 1013, "try again later": 4429 is final for graphql-ws, which would not come back when others have closed.
          extra.socket.close(1013, TOO_MANY_SOCKETS);
          return false;
        }
        if (credential) {
          extra.identity = identities.watch(credential.via, () => extra.socket.close(4403, SESSION_ENDED));
        }
        return true;
      },
      // Not `onDisconnect`, which leaves out whom nobody has acknowledged yet.
      onClose: (ctx) => {
        ctx.extra.identity?.release();
        ctx.extra.reader?.release();
        for (const operation of ctx.extra.operations?.values() ?? []) operation.abort();
      },
      async onSubscribe(ctx, id, payload) {
        const { extra } = ctx;
        const operations = (extra.operations ??= new Map());
        const requestId = requestIdOf(extra.request.headers['x-request-id']);
        let ready: GraphQLContext | null = null;
        try {
          if (operations.size >= MOST_OPERATIONS_PER_SOCKET) throw tooManyOperations();
          const operation = new AbortController();
          operations.set(id, operation);
          ready = createContext({
            machine,
            identities,
            authentication: await identifyAgain(identities, extra.authentication!),
            presented: extra.presented!,
            requestId,
            address: addressOf(extra.request, machine.settings.trustedProxies),
            userAgent: extra.request.headers['user-agent'] ?? null,
            signal: operation.signal,
            replays: (extra.replays ??= replaysOfConnection()),
            lastEventId: null,
            setCookies: null,
          });
          const enveloped = yoga.getEnveloped({ ready, params: payload });
          const document = enveloped.parse(payload.query) as DocumentNode;
          if (isSignIn(document)) throw httpOnly();
          const args: EnvelopedArgs = {
            schema: enveloped.schema,
            operationName: payload.operationName,
            document,
            variableValues: payload.variables,
            // What Yoga would make of it is a copy, with nothing added.
            contextValue: ready,
            rootValue: { execute: enveloped.execute, subscribe: enveloped.subscribe },
          };
          const errors = enveloped.validate(args.schema, args.document);
          if (errors.length > 0) return errors;
          if (!getOperationAST(document, payload.operationName)) throw noSuchOperation();
          return args;
        } catch (error) {
          // Thrown on, it would close the socket, and with it the streams that have nothing to do with it.
          return [masking.mask(error, ready ?? { requestId, viewer: null })];
        }
      },
      onOperation({ extra }, id, _payload, args) {
        const pages = pagesOf(args.contextValue as GraphQLContext);
        if (!pages) return undefined;
        const end = () => endOperation(extra, id);
        return sendPages(pages, { id, webSocket: extra.socket, socket: extra.request.socket, end });
      },
      onComplete: (ctx, id) => endOperation(ctx.extra, id),
      // What is refused before it runs never completes.
      onError: (ctx, id) => endOperation(ctx.extra, id),
      execute: (args) =>
        (args as unknown as { rootValue: { execute: (args: unknown) => never } }).rootValue.execute(args),
      subscribe: (args) =>
        (args as unknown as { rootValue: { subscribe: (args: unknown) => never } }).rootValue.subscribe(args),
    },
    sockets,
    // A socket that does not answer a ping before the next one is ended.
    readers.heartbeatMs,
  );

  return {
    // 1001 tells clients to reconnect, to another replica or to the next version of this one.
    close: async () => {
      await protocol.dispose();
      sockets.close();
    },
  };
}
