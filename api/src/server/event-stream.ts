import type { IncomingMessage } from 'node:http';
import type { ExecutionResult } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { GraphQLContext } from '../graphql/context.ts';
import { type AnswerPages, pagesOf } from './answer-pages.ts';
import { SharedFrames } from './shared-frames.ts';
import { type Readers, TOO_SLOW } from './slow-reader.ts';

/**
 * Subscriptions over SSE (distinct connections of the protocol GraphQL over SSE), with what lets a client come back:
 * each delivery has the cursor of its stream as `id`, which `Last-Event-ID` gives back.
 */

/** How long a client waits before it reconnects: an API that restarts is back by then. */
const RETRY_MS = 1_000;

export const EVENT_STREAM_HEADERS = {
  'content-type': 'text/event-stream',
  // It is not used again when the stream is over: what is cut off is destroyed a little later, whatever came after it.
  connection: 'close',
  'content-encoding': 'none',
};

/** A frame, or the bytes of some. */
export type Frame = string | Uint8Array;

export type Results = AsyncIterable<ExecutionResult>;

export const eventStreams = (readers: Readers): Plugin<GraphQLContext, { req?: IncomingMessage }> => {
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
        const results = pagesOf(request) ?? (result as Results);
        const body = streamEvents(results, context, serverContext.req, readers);
        return new fetchApi.Response(body, { status: 200, headers: EVENT_STREAM_HEADERS });
      }, 'text/event-stream');
    },
  };
};

/** The body of an answer that has a connection of its own. */
export function streamEvents(
  results: Results | AnswerPages,
  context: Pick<GraphQLContext, 'position' | 'requestId'>,
  request: IncomingMessage | undefined,
  readers: Readers,
): ReadableStream<Uint8Array> {
  const frames = 'nextPage' in results ? pageFrames(results) : framesOf(results, context);
  const extensions = { code: 'READ_TOO_SLOWLY', requestId: context.requestId };
  // No `complete` after it: the subscription is not over, its connection is.
  const whenTooSlow = () => nextFrame({ errors: [{ message: TOO_SLOW, extensions }] }, null);
  return streamFrames(frames, { request, readers, whenTooSlow });
}

/** Of answers that come in pages: as many as leave by one write. */
const FRAMES = new SharedFrames({ before: headOf, between: '', after: '\n\n' });
const NO_ID = Buffer.alloc(0);
const COMPLETE = 'event: complete\ndata:\n\n';

async function* framesOf(
  results: Results,
  { position }: Pick<GraphQLContext, 'position'>,
): AsyncGenerator<Frame, undefined, undefined> {
  for await (const result of results) yield nextFrame(result, position.cursor);
  yield COMPLETE;
}

async function* pageFrames(pages: AnswerPages): AsyncGenerator<Frame, undefined, undefined> {
  try {
    for (let page = await pages.nextPage(); page; page = await pages.nextPage())
      yield* FRAMES.of(page, NO_ID);
  } catch (error) {
    yield nextFrame({ errors: [error] }, null);
  } finally {
    await pages.return();
  }
  yield COMPLETE;
}

/** Sends one frame at a time, so that a slow reader holds none but the one it is being sent; and heartbeats. */
export function streamFrames(
  frames: AsyncIterator<Frame, undefined>,
  options: {
    request: IncomingMessage | undefined;
    readers: Readers;
    /** The last words to a reader that has stopped reading. */
    whenTooSlow(): string;
  },
): ReadableStream<Uint8Array> {
  const { request, readers } = options;
  const encoder = new TextEncoder();
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
      }, readers.heartbeatMs);
      const cut = () => {
        isCut = true;
        release();
        send(options.whenTooSlow());
        controller.close();
        void frames.return?.();
      };
      const reader = request && readers.watch(request.socket, cut);
      release = () => {
        clearInterval(heartbeat);
        reader?.release();
        request?.socket.off('close', release);
      };
      request?.socket.once('close', release);
    },
    async pull(controller) {
      try {
        const { done, value } = await frames.next();
        if (isCut) return;
        if (!done) return controller.enqueue(typeof value === 'string' ? encoder.encode(value) : value);
        release();
        controller.close();
      } catch (error) {
        release();
        if (!isCut) controller.error(error);
      }
    },
    async cancel() {
      release();
      await frames.return?.();
    },
  });
}

export const nextFrame = (result: object, cursor: string | null): string =>
  `${headOf(cursor)}${JSON.stringify(result)}\n\n`;

function headOf(cursor: string | null): string {
  return `${cursor === null ? '' : `id: ${cursor}\n`}event: next\ndata: `;
}
