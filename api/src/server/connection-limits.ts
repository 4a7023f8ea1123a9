import type { IncomingMessage } from 'node:http';
import type { ExecutionArgs, ExecutionResult } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { Settings } from '../domains/context.ts';
import type { Viewer } from '../domains/policy.ts';
import type { GraphQLContext } from '../graphql/context.ts';
import { RateLimitedError } from '../platform/errors.ts';
import { isPaged } from '../platform/paged.ts';
import { networkOf } from '../platform/rate-limiter.ts';
import type { Masking } from './masking.ts';

/**
 * How many sockets one caller may hold, and how many operations may be at work for one caller. Both are counted in this
 * process alone: they bound what its memory and its connections to the database carry, so each replica has its own.
 */
export interface ConnectionLimits {
  /** False: the address of a stranger holds too many already. The socket is a stranger's until `identify`. */
  admit(request: IncomingMessage, address: string | null): boolean;
  /** From here on the socket is the viewer's. False: they hold too many already, or it has been closed meanwhile. */
  identify(request: IncomingMessage, viewer: Viewer): boolean;
  /** Counts what is at work, alike over HTTP, SSE and WebSocket. */
  plugin: Plugin<GraphQLContext>;
  /** Sockets that are counted, of whomever. */
  readonly sockets: number;
  /** Operations that are at work, of whomever; an open stream is one. */
  readonly operations: number;
}

/** When a caller may ask again: nobody knows when one of its own will end, and asking sooner helps nobody. */
const RETRY_SECONDS = 5;

export const TOO_MANY_SOCKETS =
  'You have too many connections open already. Close one; this one may then be opened again.';

/** A refusal of HTTP, for a connection that is not a WebSocket yet. */
export const TOO_MANY_REQUESTS = `HTTP/1.1 429 Too Many Requests\r\nretry-after: ${RETRY_SECONDS}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`;

export function createConnectionLimits(options: {
  settings: Settings['connectionLimits'];
  mask: Masking['mask'];
}): ConnectionLimits {
  const { settings, mask } = options;
  const sockets = createTally();
  const operations = createTally();
  /** The place that each open socket takes, until its connection is closed, by whichever side and for whatever reason. */
  const places = new WeakMap<IncomingMessage, { release(): void }>();

  function take(request: IncomingMessage, key: string, most: number): boolean {
    const release = sockets.take(key, most);
    if (release) places.set(request, { release });
    return release !== null;
  }

  function begin({ viewer, address }: GraphQLContext): (() => void) | null {
    return operations.take(viewer ? keyOf(viewer) : addressKey(address), settings.operations);
  }

  function refusal(context: GraphQLContext): ExecutionResult {
    const error = new RateLimitedError(
      RETRY_SECONDS,
      `You have ${settings.operations} operations at work already. End one of them.`,
    );
    return { errors: [mask(error, context)] };
  }

  return {
    admit(request, address) {
      if (!take(request, addressKey(address), settings.strangerSockets)) return false;
      request.socket.once('close', () => {
        places.get(request)?.release();
        places.delete(request);
      });
      return true;
    },
    identify(request, viewer) {
      const place = places.get(request);
      if (!place || !take(request, keyOf(viewer), settings.sockets)) return false;
      place.release();
      return true;
    },
    plugin: {
      onExecute({ executeFn, setExecuteFn }) {
        setExecuteFn(async (args: ExecutionArgs) => {
          const context = args.contextValue as GraphQLContext;
          const end = begin(context);
          if (!end) return refusal(context);
          try {
            return (await executeFn(args)) as ExecutionResult;
          } finally {
            end();
          }
        });
      },
      onSubscribe({ subscribeFn, setSubscribeFn }) {
        setSubscribeFn(async (args: ExecutionArgs) => {
          const context = args.contextValue as GraphQLContext;
          const end = begin(context);
          if (!end) return refusal(context);
          try {
            const result = (await subscribeFn(args)) as AsyncIterable<ExecutionResult> | ExecutionResult;
            if (isAsyncIterable(result)) {
              if (!isPaged(result)) return endWith(result, context.signal, end);
              result.whenOver(end);
              return result;
            }
            end();
            return result;
          } catch (error) {
            end();
            throw error;
          }
        });
      },
    },
    get sockets() {
      return sockets.size;
    },
    get operations() {
      return operations.size;
    },
  };
}

/** A member counts as one whatever sessions they come with; a key counts for itself. */
const keyOf = ({ userId, via }: Viewer): string =>
  via.kind === 'session' ? `user:${userId}` : `${via.kind}:${via.id}`;

const addressKey = (address: string | null): string =>
  `address:${address === null ? 'unknown' : networkOf(address)}`;

/** Counts by key. What is taken is given back once, however often its release is called. */
function createTally() {
  const counts = new Map<string, number>();
  let size = 0;
  return {
    /** Null when the key has as many already; 0: as many as they like. */
    take(key: string, most: number): (() => void) | null {
      const count = counts.get(key) ?? 0;
      if (most > 0 && count >= most) return null;
      counts.set(key, count + 1);
      size += 1;
      let isTaken = true;
      return () => {
        if (!isTaken) return;
        isTaken = false;
        size -= 1;
        const left = counts.get(key)! - 1;
        if (left === 0) counts.delete(key);
        else counts.set(key, left);
      };
    },
    get size() {
      return size;
    },
  };
}

/** The same results, and a call when they end: by themselves, by a fault, because nobody wants them any more, or is there. */
function endWith<T>(
  results: AsyncIterable<T>,
  signal: AbortSignal,
  end: () => void,
): AsyncIterableIterator<T> {
  const iterator = results[Symbol.asyncIterator]();
  const finish = (): void => {
    signal.removeEventListener('abort', finish);
    end();
  };
  if (signal.aborted) end();
  else signal.addEventListener('abort', finish);
  const finishing = async <R>(ask: Promise<R>, isLast: (result: R) => boolean): Promise<R> => {
    try {
      const result = await ask;
      if (isLast(result)) finish();
      return result;
    } catch (error) {
      finish();
      throw error;
    }
  };
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => finishing(iterator.next(), ({ done }) => done === true),
    async return() {
      finish();
      await iterator.return?.();
      return { done: true, value: undefined };
    },
    async throw(error) {
      finish();
      await iterator.throw?.(error);
      throw error;
    },
  };
}
