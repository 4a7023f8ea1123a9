import type { ExecutionResult, GraphQLSchema } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { createCompiledQueries } from '../graphql/compiled-query.ts';
import type { GraphQLContext } from '../graphql/context.ts';

/** Answers what can be answered without the executor; all transports execute through this hook. */
export function compiledAnswers(schema: GraphQLSchema): Plugin {
  const compiled = createCompiledQueries(schema);
  return {
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn(async (args: Parameters<typeof executeFn>[0]) => {
        const { document, operationName, variableValues, contextValue } = args;
        const ctx = contextValue as GraphQLContext;
        const answer = await compiled.answer({ document, operationName, variableValues, ctx });
        return answer ?? (executeFn(args) as ExecutionResult);
      });
    },
  };
}
