import type { ExecutionArgs, ExecutionResult } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import type { GraphQLContext } from '../graphql/context.ts';
import { isPaged, type Pages } from '../platform/paged.ts';

/**
 * The answers of a subscription page by page, for the transport that sends them. Yoga wraps what an operation answers, several
 * times, to look at each answer by itself; a transport that sends pages leads past that, and leaves what Yoga holds alone.
 */
export type AnswerPages = Pick<Pages<ExecutionResult>, 'nextPage' | 'return'>;

type AnsweredContext = GraphQLContext & { request?: Request };

const pages = new WeakMap<object, AnswerPages>();

/** By its request; an operation on a socket by its context. */
export const pagesOf = (operation: object): AnswerPages | undefined => pages.get(operation);

/** After all that puts another subscribe in place of the one it finds. */
export const answerPages: Plugin = {
  onSubscribe({ subscribeFn, setSubscribeFn }) {
    setSubscribeFn(async (args: ExecutionArgs) => {
      const answers = (await subscribeFn(args)) as AsyncIterable<ExecutionResult> | ExecutionResult;
      if (isAsyncIterable(answers) && isPaged(answers)) {
        const context = args.contextValue as AnsweredContext;
        pages.set(context.request ?? context, answers);
      }
      return answers;
    });
  },
};
