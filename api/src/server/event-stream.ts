import type { IncomingMessage } from 'node:http';
import type { ExecutionResult } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { GraphQLContext } from '../graphql/context.ts';
import { TOO_SLOW, watchReader } from './slow-reader.ts';

/**
 * Subscriptions over SSE (distinct connections of the protocol GraphQL over SSE), with what lets a client come back:
 * each delivery has the cursor of its stream as `id`, which `Last-Event-ID` gives back.
 */

/** Proxies and clients take a connection for dead after a longer silence. */
export const HEARTBEAT_MS = 10_000;
/** How long a client waits before it reconnects: an API that restarts is back by then. */
const RETRY_MS = 1_000;

const HEADERS = {
  'content-type': 'text/event-stream',
  connection: 'keep-alive',
  'content-encoding': 'none',
};

type Results = AsyncIterable<ExecutionResult>;

export const eventStreams = (): Plugin<GraphQLContext, { req?: IncomingMessage }> => {
  const contexts = new WeakMap<Request, GraphQLContext>();
  return {
    onSubscribe({ args }) {
      const context = args.contextValue as GraphQLContext & { request?: Request };
      if (context.request) contexts.set(context.request, context);
    },
    onResultProcess({ request, result, serverContext, setResultProcessor }) {
      const context = contexts.get(request);
      const isWanted = request.headers.get('accept')?.includes('text/event-stream');
      if (!context || !isWanted || !isAsyncIterable(result)) return;
      setResultProcessor((_result, fetchApi) => {
        const body = streamEvents(result as Results, context, serverContext.req);
        return new fetchApi.Response(body, { status: 200, headers: HEADERS });
      }, 'text/event-stream');
    },
  };
};

/** The body of an answer: read one result at a time, so that a slow reader holds none but the one it is being sent. */
export function streamEvents(
  results: Results,
  context: Pick<GraphQLContext, 'position' | 'requestId'>,
  request: IncomingMessage | undefined,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const iterator = results[Symbol.asyncIterator]();
  let release: () => void = () => undefined;
  let isCut = false;
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const send = (text: string) => controller.enqueue(encoder.encode(text));
      // Some browsers tell of an open stream only when its first bytes have come.
      send(`:\nretry: ${RETRY_MS}\n\n`);
      const heartbeat = setInterval(() => {
        // Without room the reader has bytes waiting, which say as much.
        if ((controller.desiredSize ?? 0) > 0) send(':\n\n');
      }, HEARTBEAT_MS);
      const reader =
        request &&
        watchReader(request.socket, () => {
          isCut = true;
          release();
          const extensions = { code: 'READ_TOO_SLOWLY', requestId: context.requestId };
          send(frame({ errors: [{ message: TOO_SLOW, extensions }] }, null));
          // No `complete`: the subscription is not over, its connection is.
          controller.close();
          void iterator.return?.();
        });
      release = () => {
        clearInterval(heartbeat);
        reader?.release();
      };
      request?.socket.once('close', release);
    },
    async pull(controller) {
      try {
        const { done, value } = await iterator.next();
        if (isCut) return;
        const text = done ? 'event: complete\ndata:\n\n' : frame(value, context.position.cursor);
        controller.enqueue(encoder.encode(text));
        if (!done) return;
        release();
        controller.close();
      } catch (error) {
        release();
        if (!isCut) controller.error(error);
      }
    },
    async cancel() {
      release();
      await iterator.return?.();
    },
  });
}

const frame = (result: object, cursor: string | null): string =>
  `${cursor === null ? '' : `id: ${cursor}\n`}event: next\ndata: ${JSON.stringify(result)}\n\n`;
