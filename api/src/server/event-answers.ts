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
import { ResumablePages } from '../graphql/resumable.ts';
import { Paged } from '../platform/paged.ts';
import { noteCursor } from './answer-cursor.ts';
import type { Identities, Identity } from './identity.ts';
import type { Masking } from './masking.ts';

/**
 * Makes an answer of each event of a subscription, by the rights of the moment in which it is sent: they are looked at anew for
 * each event or page of events, not frozen for the life of a stream.
 */
export function eventAnswers(options: {
  schema: GraphQLSchema;
  identities: Identities;
  mask: Masking['mask'];
}): Plugin {
  const { schema, identities, mask } = options;
  const compiled = createCompiledEvents(schema);

  async function currentIdentity(args: ExecutionArgs): Promise<Identity | null> {
    const { viewer } = args.contextValue as GraphQLContext;
    return viewer && identities.find(viewer.via);
  }

  async function executed(
    event: object,
    args: ExecutionArgs,
    identity: Identity | null,
  ): Promise<ExecutionResult> {
    const ctx = args.contextValue as GraphQLContext;
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

  async function* answerPages(
    events: ResumablePages<object>,
    args: ExecutionArgs,
  ): AsyncGenerator<readonly ExecutionResult[], void, void> {
    const { document, operationName } = args;
    try {
      for (let page = await events.nextPage(); page; page = await events.nextPage()) {
        const identity = await currentIdentity(args);
        const ability = identity?.ability ?? identities.anonymous;
        const shared = compiled.answers(page, { document, operationName }, ability);
        const answers = isWhole(shared) ? shared : await completed(shared, page, args, identity);
        answers.forEach((answer, index) => noteCursor(answer, events.cursorOf(page[index]!)));
        yield answers;
      }
    } finally {
      await events.return();
    }
  }

  const completed = (
    shared: readonly (ExecutionResult | null)[],
    page: readonly object[],
    args: ExecutionArgs,
    identity: Identity | null,
  ): Promise<ExecutionResult[]> =>
    Promise.all(shared.map(async (answer, index) => answer ?? executed(page[index]!, args, identity)));

  async function* answerEach(
    events: AsyncIterable<object>,
    args: ExecutionArgs,
  ): AsyncGenerator<ExecutionResult, void, void> {
    for await (const event of events) yield executed(event, args, await currentIdentity(args));
  }

  return {
    onSubscribe({ setSubscribeFn }) {
      setSubscribeFn(async (args: ExecutionArgs) => {
        const { document, rootValue, contextValue, variableValues, operationName } = args;
        const source: unknown = await createSourceEventStream({
          ...{ schema, document, rootValue, contextValue, variableValues, operationName },
        } as ExecutionArgs);
        if (source instanceof ResumablePages) return new Paged(answerPages(source, args));
        return isAsyncIterable<object>(source) ? answerEach(source, args) : source;
      });
    },
  };
}

const isWhole = (answers: readonly (ExecutionResult | null)[]): answers is readonly ExecutionResult[] =>
  !answers.includes(null);
