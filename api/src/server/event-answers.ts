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

  const via = (args: ExecutionArgs) => (args.contextValue as GraphQLContext).viewer?.via;

  async function currentIdentity(args: ExecutionArgs): Promise<Identity | null> {
    const own = via(args);
    return own ? identities.find(own) : null;
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

  const sharedAnswers = (page: readonly object[], args: ExecutionArgs, identity: Identity | null) =>
    compiled.answers(page, args, identity?.ability ?? identities.anonymous);

  /** Null where the identity has to be looked up, or the executor has something to do. */
  function answersAtOnce(page: readonly object[], args: ExecutionArgs): readonly ExecutionResult[] | null {
    const own = via(args);
    const identity = own ? identities.known(own) : null;
    if (identity === undefined) return null;
    const shared = sharedAnswers(page, args, identity);
    return isWhole(shared) ? shared : null;
  }

  async function answersTo(
    page: readonly object[],
    args: ExecutionArgs,
  ): Promise<readonly ExecutionResult[]> {
    const identity = await currentIdentity(args);
    const shared = sharedAnswers(page, args, identity);
    return isWhole(shared) ? shared : completed(shared, page, args, identity);
  }

  const completed = (
    shared: readonly (ExecutionResult | null)[],
    page: readonly object[],
    args: ExecutionArgs,
    identity: Identity | null,
  ): Promise<ExecutionResult[]> =>
    Promise.all(shared.map(async (answer, index) => answer ?? executed(page[index]!, args, identity)));

  const making = { answersAtOnce, answersTo, mask };

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
  answersAtOnce(page: readonly object[], args: ExecutionArgs): readonly ExecutionResult[] | null;
  answersTo(page: readonly object[], args: ExecutionArgs): Promise<readonly ExecutionResult[]>;
  mask: Masking['mask'];
}

/** The answers of a stream whose events come in pages; what ends it is masked for whom it was made. */
class AnsweredPages implements PageSource<ExecutionResult> {
  onOver: (() => void) | undefined;
  /** Until there are answers to it. */
  private held: readonly object[] | null = null;
  private made: readonly ExecutionResult[] | null = null;

  constructor(
    private readonly events: ResumablePages<object>,
    private readonly args: ExecutionArgs,
    private readonly make: Making,
  ) {}

  takePage(): readonly ExecutionResult[] | null | undefined {
    const { made } = this;
    if (made) {
      this.made = null;
      return made;
    }
    if (this.held) return undefined;
    const page = this.events.takePage();
    if (page === null) this.onOver?.();
    if (!page) return page;
    const answers = this.make.answersAtOnce(page, this.args);
    if (answers) return this.withCursors(answers, page);
    this.held = page;
    return undefined;
  }

  news(): Promise<unknown> {
    return this.held ? this.answer(this.held) : this.events.news();
  }

  faultOf(error: unknown): unknown {
    return this.make.mask(error, this.args.contextValue as GraphQLContext);
  }

  async return(): Promise<void> {
    this.held = this.made = null;
    this.onOver?.();
    await this.events.return();
  }

  private async answer(page: readonly object[]): Promise<void> {
    const answers = await this.make.answersTo(page, this.args);
    if (this.held !== page) return;
    this.made = this.withCursors(answers, page);
    this.held = null;
  }

  private withCursors(
    answers: readonly ExecutionResult[],
    page: readonly object[],
  ): readonly ExecutionResult[] {
    const { cursorOf } = this.events;
    noteCursors(answers, (index) => cursorOf(page[index]!));
    return answers;
  }
}
