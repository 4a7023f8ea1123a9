import {
  createSourceEventStream,
  execute,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import { createCompiledEvents } from '../graphql/compiled-event.ts';
import type { GraphQLContext } from '../graphql/context.ts';
import type { Identities } from './identity.ts';
import type { Masking } from './masking.ts';

/**
 * Makes an answer of each event of a subscription, by the rights of the moment in which it is sent: they are looked at anew for
 * each event, not frozen for the life of a stream.
 */
export function eventAnswers(options: {
  schema: GraphQLSchema;
  identities: Identities;
  mask: Masking['mask'];
}): Plugin {
  const { schema, identities, mask } = options;
  const compiled = createCompiledEvents(schema);

  async function answerOf(event: object, args: ExecutionArgs): Promise<ExecutionResult> {
    const ctx = args.contextValue as GraphQLContext;
    const identity = ctx.viewer && (await identities.find(ctx.viewer.via));
    const { document, operationName } = args;
    const shared =
      identity && compiled.answer(event, { document, operationName }, identity.viewer, identity.ability);
    if (shared) return shared;
    const result = await execute({
      ...args,
      rootValue: event,
      contextValue: {
        ...ctx,
        viewer: identity?.viewer ?? null,
        ability: identity?.ability ?? identities.anonymous,
      },
    });
    return result.errors ? { ...result, errors: result.errors.map((error) => mask(error, ctx)) } : result;
  }

  return {
    onSubscribe({ setSubscribeFn }) {
      setSubscribeFn(async (args: ExecutionArgs) => {
        const { document, rootValue, contextValue, variableValues, operationName } = args;
        const source = await createSourceEventStream({
          ...{ schema, document, rootValue, contextValue, variableValues, operationName },
        } as ExecutionArgs);
        if (!isAsyncIterable(source)) return source;
        const events = (source as AsyncIterable<object>)[Symbol.asyncIterator]();
        return {
          [Symbol.asyncIterator]() {
            return this;
          },
          async next(): Promise<IteratorResult<ExecutionResult, undefined>> {
            const { done, value } = await events.next();
            return done
              ? { done: true, value: undefined }
              : { done: false, value: await answerOf(value as object, args) };
          },
          async return(): Promise<IteratorResult<ExecutionResult, undefined>> {
            await events.return?.();
            return { done: true, value: undefined };
          },
        };
      });
    },
  };
}
