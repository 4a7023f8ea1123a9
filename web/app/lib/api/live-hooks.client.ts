import type { ApolloClient, OperationVariables, TypedDocumentNode } from '@apollo/client';
import {
  useApolloClient,
  useMutation,
  useQuery as useCachedQuery,
  useSubscription,
} from '@apollo/client/react';
import { useEffect } from 'react';
import type { QueryOptions, QueryResult } from './page-query.ts';

export { useMutation, useSubscription };

/** Which client the cache of which has taken in what a loader brought. */
const taken = new WeakMap<object, ApolloClient>();

/** With a loader's data, the first render has it, and what happens to it afterwards is shown. */
export function useQuery<TData, TVariables extends OperationVariables>(
  document: TypedDocumentNode<TData, TVariables>,
  options: QueryOptions<TData, TVariables>,
): QueryResult<TData> {
  const { loaded, ...rest } = options;
  const client = useApolloClient();
  // Once: when the page is shown anew with the same data, the cache knows better by then.
  if (loaded && taken.get(loaded) !== client) {
    taken.set(loaded, client);
    // Told to nobody, since this is a render; whoever shows any of it already is told afterwards.
    const variables = rest.variables as TVariables;
    client.writeQuery<TData>({ query: document, variables, data: loaded, broadcast: false });
  }
  useEffect(() => {
    if (loaded) client.cache.batch({ update: () => undefined });
  }, [client, loaded]);
  // Without `returnPartialData?: false` the overload for partial data is chosen, which makes every field optional.
  return useCachedQuery(
    document as TypedDocumentNode<TData>,
    rest as useCachedQuery.Options<TData, OperationVariables> & { returnPartialData?: false },
  );
}
