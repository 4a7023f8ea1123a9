import type { ApolloClient, DocumentNode, OperationVariables, TypedDocumentNode } from '@apollo/client';
import {
  getApolloContext,
  useMutation as useClientMutation,
  useQuery as useCachedQuery,
  useSubscription as useClientSubscription,
} from '@apollo/client/react';
import { useContext, useEffect } from 'react';
import { openBrowserClient } from './browser-client.client.ts';
import type { QueryOptions, QueryResult } from './page-query.ts';

/** Opened by the first page that has a use for it, so that the others need not load it; tests provide one of their own. */
const useClient = (): ApolloClient => useContext(getApolloContext()).client ?? openBrowserClient();

export const useMutation = ((document: DocumentNode, options: object) =>
  useClientMutation(document, { client: useClient(), ...options })) as typeof useClientMutation;

export const useSubscription = ((document: DocumentNode, options: object) =>
  useClientSubscription(document, { client: useClient(), ...options })) as typeof useClientSubscription;

/** Which client the cache of which has taken in what a loader brought. */
const taken = new WeakMap<object, ApolloClient>();

/** With a loader's data, the first render has it, and what happens to it afterwards is shown. */
export function useQuery<TData, TVariables extends OperationVariables>(
  document: TypedDocumentNode<TData, TVariables>,
  options: QueryOptions<TData, TVariables>,
): QueryResult<TData> {
  const { loaded, ...rest } = options;
  const client = useClient();
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
    { client, ...rest } as useCachedQuery.Options<TData, OperationVariables> & { returnPartialData?: false },
  );
}
