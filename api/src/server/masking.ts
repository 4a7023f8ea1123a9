import { randomUUID } from 'node:crypto';
import { type ExecutionResult, GraphQLError } from 'graphql';
import { handleStreamOrSingleExecutionResult, isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { Machine } from '../domains/context.ts';
import type { GraphQLContext } from '../graphql/context.ts';
import { maskError } from '../graphql/errors.ts';
import { mayIntrospect, withoutSuggestion } from './operation-limits.ts';

/** Whose error it is; null for what fails before anybody is known. */
type Whose = Pick<GraphQLContext, 'requestId' | 'viewer'> | null;

export interface Masking {
  mask(error: unknown, whose: Whose): GraphQLError;
  plugin: Plugin<GraphQLContext>;
}

/**
 * Masks the errors of results with the id of their request; what fails before an operation gets an id of its own.
 * Works alike for HTTP, SSE and WebSocket, since all of them go through these hooks.
 */
export function createMasking(machine: Machine): Masking {
  const masked = new WeakSet<object>();

  function mask(error: unknown, whose: Whose): GraphQLError {
    if (error instanceof GraphQLError && masked.has(error)) return error;
    const full = maskError(error, whose?.requestId ?? randomUUID(), machine.log);
    const isFull = mayIntrospect(machine.settings, whose?.viewer ?? null);
    const result = new SentError(isFull ? full.message : withoutSuggestion(full.message), full);
    masked.add(result);
    return result;
  }

  const maskResult =
    (context: unknown) =>
    ({ result, setResult }: { result: ExecutionResult; setResult: (result: ExecutionResult) => void }) => {
      if (!result.errors) return;
      setResult({ ...result, errors: result.errors.map((error) => mask(error, context as GraphQLContext)) });
    };
  const plugin: Plugin<GraphQLContext> = {
    onExecute: ({ args }) => ({
      onExecuteDone: (payload) => handleStreamOrSingleExecutionResult(payload, maskResult(args.contextValue)),
    }),
    onSubscribe: ({ args }) => ({
      // What a stream sends is masked where it is made: see event-answers.ts.
      onSubscribeResult: ({ result, setResult }) => {
        if (!isAsyncIterable(result)) maskResult(args.contextValue)({ result, setResult });
      },
      onSubscribeError: ({ error, setError }) => setError(mask(error, args.contextValue as GraphQLContext)),
    }),
  };
  return { mask, plugin };
}

/**
 * `extensions.http` is for Yoga, which answers with its status and headers. No transport sends it: not SSE and WebSocket,
 * which have no status of their own, either.
 */
class SentError extends GraphQLError {
  override toJSON() {
    const { extensions, ...formatted } = super.toJSON();
    const sent = Object.fromEntries(Object.entries(extensions ?? {}).filter(([key]) => key !== 'http'));
    return { ...formatted, ...(Object.keys(sent).length > 0 ? { extensions: sent } : {}) };
  }
}
