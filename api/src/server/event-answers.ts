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
import { Paged, type PageSource } from '../platform/paged.ts';
import { noteCursors } from './answer-cursor.ts';
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

  function currentIdentity(args: ExecutionArgs): Promise<Identity | null> | null {
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

  async function answersTo(
    page: readonly object[],
    args: ExecutionArgs,
    cursorOf: (event: object) => string,
  ): Promise<readonly ExecutionResult[]> {
    const identity = await currentIdentity(args);
    const shared = compiled.answers(page, args, identity?.ability ?? identities.anonymous);
    const answers = isWhole(shared) ? shared : await completed(shared, page, args, identity);
    noteCursors(answers, (index) => cursorOf(page[index]!));
    return answers;
  }

  const completed = (
    shared: readonly (ExecutionResult | null)[],
    page: readonly object[],
    args: ExecutionArgs,
    identity: Identity | null,
  ): Promise<ExecutionResult[]> =>
    Promise.all(shared.map(async (answer, index) => answer ?? executed(page[index]!, args, identity)));

  const making = { answersTo, mask };

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
        if (source instanceof ResumablePages) return new Paged(new AnsweredPages(source, args, making));
        return isAsyncIterable<object>(source) ? answerEach(source, args) : source;
      });
    },
  };
}

const isWhole = (answers: readonly (ExecutionResult | null)[]): answers is readonly ExecutionResult[] =>
  !answers.includes(null);

interface Making {
  answersTo(
    page: readonly object[],
    args: ExecutionArgs,
    cursorOf: (event: object) => string,
  ): Promise<readonly ExecutionResult[]>;
  mask: Masking['mask'];
}

/** The answers of a stream whose events come in pages; what ends it is masked for whom it was made. */
class AnsweredPages implements PageSource<ExecutionResult> {
  onOver: (() => void) | undefined;

  constructor(
    private readonly events: ResumablePages<object>,
    private readonly args: ExecutionArgs,
    private readonly make: Making,
  ) {}

  async nextPage(): Promise<readonly ExecutionResult[] | null> {
    const { events, args } = this;
    try {
      const page = await events.nextPage();
      if (page) return await this.make.answersTo(page, args, events.cursorOf);
      this.onOver?.();
      return null;
    } catch (error) {
      await this.return();
      throw this.make.mask(error, args.contextValue as GraphQLContext);
    }
  }

  async return(): Promise<void> {
    this.onOver?.();
    await this.events.return();
  }
}
