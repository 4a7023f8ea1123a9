import type { IncomingMessage } from 'node:http';
import { type ExecutionResult, GraphQLError } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { Viewer } from '../domains/policy.ts';
import type { GraphQLContext } from '../graphql/context.ts';
import { randomToken } from '../platform/crypto.ts';
import { RateLimitedError, UnauthenticatedError } from '../platform/errors.ts';
import type { Turns } from '../platform/turns.ts';
import { networkOf } from '../platform/rate-limiter.ts';
import { type AnswerPages, pagesOf } from './answer-pages.ts';
import { SESSION_ENDED } from './context.ts';
import { EVENT_STREAM_HEADERS, type Frame, nextFrame, type Results, streamFrames } from './event-stream.ts';
import type { Masking } from './masking.ts';
import { MergedFrames } from './merged-frames.ts';
import { SharedFrames } from './shared-frames.ts';
import { type Readers, TOO_SLOW } from './slow-reader.ts';

/**
 * The single connection mode of the protocol GraphQL over SSE (graphql-sse, PROTOCOL.md): PUT reserves a stream, GET opens
 * it, POST runs an operation whose results go to the stream, DELETE ends one. A POST passes everything that any other
 * request passes, and only where its result goes is different.
 */

export const STREAM_PATH = '/graphql/stream';
const TOKEN_HEADER = 'x-graphql-event-stream-token';

/** As on a WebSocket. */
const MOST_OPERATIONS = 100;
/** A browser needs one a tab. */
const MOST_OF_MEMBER = 50;
/** An office behind one address. */
const MOST_OF_ADDRESS = 200;
/** A client opens its stream at once. */
const RESERVED_MS = 10_000;
/** A place is free again when a reservation has lapsed, or a stream of theirs has ended. */
const RETRY_SECONDS = RESERVED_MS / 1_000;

interface Stream {
  owner: Viewer;
  address: string | null;
  requestId: string;
  isOpen: boolean;
  operations: Map<string, AbortController>;
  frames: MergedFrames;
  replays: Turns;
  /** Ends it: its operations, its watches and its reservation. The reader gets these last words. */
  end(lastWords?: string): void;
}

interface ServerContext {
  req?: IncomingMessage;
  ready?: GraphQLContext;
}

export function createSingleStreams(options: {
  contextOfRequest(request: Request, server: ServerContext): Promise<GraphQLContext>;
  mask: Masking['mask'];
  readers: Readers;
}): Plugin<object, ServerContext> {
  const { mask } = options;
  const streams = new Map<string, Stream>();
  const started = new WeakMap<Request, { stream: Stream; id: string; operation: AbortController }>();

  function reserve(context: GraphQLContext): string {
    const owner = context.requireViewer();
    const isFull = (most: number, isTheirs: (stream: Stream) => boolean) =>
      [...streams.values()].filter(isTheirs).length >= most;
    if (
      isFull(MOST_OF_MEMBER, (stream) => stream.owner.userId === owner.userId) ||
      isFull(MOST_OF_ADDRESS, ({ address }) => address !== null && address === networkIn(context))
    )
      throw new RateLimitedError(RETRY_SECONDS, 'You have too many streams open. Close one.');

    const token = randomToken();
    const frames = new MergedFrames();
    const operations: Stream['operations'] = new Map();
    const watched = context.watchIdentity();
    const lapse = setTimeout(() => stream.isOpen || stream.end(), RESERVED_MS).unref();
    const { requestId } = context;
    const stream: Stream = {
      ...{ owner, requestId, frames, operations, replays: context.replays, isOpen: false },
      address: networkIn(context),
      end(lastWords) {
        clearTimeout(lapse);
        watched.release();
        streams.delete(token);
        frames.end(lastWords);
        for (const operation of operations.values()) operation.abort();
      },
    };
    watched.ended.addEventListener('abort', () =>
      stream.end(lastWordsOf(stream, 'UNAUTHENTICATED', SESSION_ENDED)),
    );
    streams.set(token, stream);
    return token;
  }

  /** Who knows the token of a reservation may open it: an `EventSource` can send nothing else. */
  function open(token: string, request: IncomingMessage | undefined): ReadableStream<Uint8Array> {
    const stream = streams.get(token);
    if (!stream) throw notFound();
    if (stream.isOpen) throw refusal(409, 'STREAM_OPEN', 'This stream is open already. Reserve another one.');
    stream.isOpen = true;
    const frames: AsyncIterator<Frame, undefined> = {
      next: () => stream.frames.next(),
      return: () => {
        stream.end();
        return stream.frames.return();
      },
    };
    const whenTooSlow = () => lastWordsOf(stream, 'READ_TOO_SLOWLY', TOO_SLOW);
    return streamFrames(frames, { request, readers: options.readers, whenTooSlow });
  }

  /** A stream that is not the caller's is as good as none. */
  function requireOwn(token: string, { viewer }: GraphQLContext): Stream {
    const stream = streams.get(token);
    const isOwn =
      stream?.owner.userId === viewer?.userId &&
      stream?.owner.via.kind === viewer?.via.kind &&
      stream?.owner.via.id === viewer?.via.id;
    if (!stream || !isOwn) throw notFound();
    return stream;
  }

  function begin(stream: Stream, extensions: Record<string, unknown> | undefined) {
    const id = extensions?.['operationId'];
    if (typeof id !== 'string' || id === '')
      throw refusal(400, 'BAD_USER_INPUT', 'Name the operation in extensions.operationId.');
    if (stream.operations.has(id))
      throw refusal(409, 'OPERATION_EXISTS', 'There is an operation of this id. Use a new id for each.');
    if (stream.operations.size >= MOST_OPERATIONS)
      throw new RateLimitedError(RETRY_SECONDS, `A stream has at most ${MOST_OPERATIONS} operations.`);
    const operation = new AbortController();
    stream.operations.set(id, operation);
    return { stream, id, operation };
  }

  async function answer(request: Request, url: URL, server: ServerContext): Promise<Response | null> {
    const token = tokenIn(request, url);
    if (request.method === 'GET' && token !== null)
      return new Response(open(token, server.req), { headers: EVENT_STREAM_HEADERS });
    if (request.method !== 'PUT' && request.method !== 'DELETE') return null;
    // As `ready` it is counted among their requests.
    const context = (server.ready = await options.contextOfRequest(request, server));
    if (context.staleToken !== null) throw new UnauthenticatedError(context.staleToken);
    if (request.method === 'PUT')
      return new Response(reserve(context), { status: 201, headers: { 'content-type': 'text/plain' } });
    if (token === null) throw notFound();
    const operationId = url.searchParams.get('operationId') ?? '';
    // It is gone when what it was doing has stopped, so that a stream is never fuller than it says.
    requireOwn(token, context).operations.get(operationId)?.abort();
    return new Response(null, { status: 200 });
  }

  function refuse(error: unknown, ready: GraphQLContext | undefined): Response {
    const masked = mask(error, ready ?? null);
    const { status, headers } = httpOf(masked);
    return new Response(JSON.stringify({ errors: [masked] }), {
      status,
      headers: { 'content-type': 'application/json', ...headers },
    });
  }

  return {
    async onRequest({ request, url, serverContext, endResponse }) {
      if (url.pathname !== STREAM_PATH) return;
      try {
        const response = await answer(request, url as URL, serverContext);
        if (response) endResponse(response);
      } catch (error) {
        endResponse(refuse(error, serverContext.ready));
      }
    },
    onParams({ request, params, context, setResult }) {
      const { ready } = context as ServerContext;
      const url = new URL(request.url);
      const token = url.pathname === STREAM_PATH ? tokenIn(request, url) : null;
      if (token === null || !ready) return;
      try {
        if (ready.staleToken !== null) throw new UnauthenticatedError(ready.staleToken);
        const begun = begin(requireOwn(token, ready), params.extensions);
        started.set(request, begun);
        // The request is over when it has been accepted; the operation goes on.
        ready.signal = begun.operation.signal;
        ready.replays = begun.stream.replays;
      } catch (error) {
        setResult({ errors: [mask(error, ready)] });
      }
    },
    onResultProcess({ request, serverContext, setResultProcessor }) {
      const begun = started.get(request);
      if (!begun) return;
      setResultProcessor((result) => {
        void run(begun, pagesOf(request), result as ExecutionResult | Results, (error) =>
          mask(error, serverContext.ready ?? null),
        );
        return new Response(null, { status: 202 });
      }, '*/*');
    },
  };
}

const FRAMES = new SharedFrames({
  before: () => 'event: next\ndata: {"id":',
  between: ',"payload":',
  after: '}\n\n',
});

async function sendPages(
  answers: AnswerPages,
  frames: MergedFrames,
  { id, signal }: { id: string; signal: AbortSignal },
): Promise<void> {
  const idText = Buffer.from(JSON.stringify(id));
  try {
    for (let page = await answers.nextPage(); page; page = await answers.nextPage())
      for (const chunk of FRAMES.of(page, idText)) {
        if (signal.aborted) return;
        await frames.offer(chunk);
      }
  } finally {
    await answers.return();
  }
}

async function run(
  { stream, id, operation }: { stream: Stream; id: string; operation: AbortController },
  pages: AnswerPages | undefined,
  result: ExecutionResult | Results,
  mask: (error: unknown) => GraphQLError,
): Promise<void> {
  const { signal } = operation;
  const send = (payload: ExecutionResult) => stream.frames.offer(nextFrame({ id, payload }, null));
  try {
    if (pages) {
      await sendPages(pages, stream.frames, { id, signal });
    } else if (isAsyncIterable(result)) {
      const results = result[Symbol.asyncIterator]();
      const stop = () => void results.return?.();
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop, { once: true });
      for (;;) {
        const { done, value } = await results.next();
        if (done || signal.aborted) break;
        await send(value);
      }
    } else {
      await send(result);
    }
  } catch (error) {
    if (!signal.aborted) await send({ errors: [mask(error)] });
  } finally {
    if (!signal.aborted) await stream.frames.offer(`event: complete\ndata: ${JSON.stringify({ id })}\n\n`);
    stream.operations.delete(id);
  }
}

/** Of each operation, and no `complete` after it: they are not over, their connection is. */
const lastWordsOf = ({ operations, requestId }: Stream, code: string, message: string): string =>
  [...operations.keys()]
    .map((id) => {
      const error = { message, extensions: { code, requestId } };
      return nextFrame({ id, payload: { errors: [error] } }, null);
    })
    .join('');

const tokenIn = (request: Request, url: URL): string | null =>
  request.headers.get(TOKEN_HEADER) ?? url.searchParams.get('token');

const networkIn = ({ address }: GraphQLContext): string | null => address && networkOf(address);

const refusal = (status: number, code: string, message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code, http: { status } } });

const notFound = () =>
  refusal(404, 'STREAM_NOT_FOUND', 'There is no such stream, or it is over. Reserve one with PUT.');

/** As Yoga reads it from an error. */
function httpOf({ extensions }: GraphQLError): { status: number; headers: Record<string, string> } {
  const http = extensions['http'] as { status?: number; headers?: Record<string, string> } | undefined;
  const status = http?.status ?? (extensions['code'] === 'UNAUTHENTICATED' ? 401 : 500);
  return { status, headers: http?.headers ?? {} };
}
