import { type DocumentNode, getOperationAST, GraphQLError, Kind } from 'graphql';
import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { GraphQLContext } from '../graphql/context.ts';

/**
 * A token that was sent and is not accepted is an error of the whole operation: a program must not take "nobody" for an
 * answer about itself. Signing in and refreshing go on, since a client may send its old token along with them.
 */
export const refuseStaleTokens: Plugin<GraphQLContext> = {
  onExecute({ args, setResultAndStopExecution }) {
    const refusal = refusalOf(args);
    if (refusal) setResultAndStopExecution(refusal);
  },
  onSubscribe({ args, setResultAndStopExecution }) {
    const refusal = refusalOf(args);
    if (refusal) setResultAndStopExecution(refusal);
  },
};

interface Operation {
  document: DocumentNode;
  operationName?: string | null | undefined;
  contextValue: unknown;
}

function refusalOf(args: Operation): ExecutionResult | null {
  const { staleToken, requestId } = args.contextValue as GraphQLContext;
  if (staleToken === null || opensSession(args)) return null;
  const http = { status: 401, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } };
  return {
    errors: [new GraphQLError(staleToken, { extensions: { code: 'UNAUTHENTICATED', requestId, http } })],
  };
}

/** Mutations that need no viewer are named `auth…`; a document with anything else in it is refused as a whole. */
function opensSession({ document, operationName }: Operation): boolean {
  const operation = getOperationAST(document, operationName);
  return (
    operation?.operation === 'mutation' &&
    operation.selectionSet.selections.every(
      (selection) => selection.kind === Kind.FIELD && /^(auth[A-Z]|__typename$)/.test(selection.name.value),
    )
  );
}
