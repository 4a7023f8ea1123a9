import type { OperationVariables, TypedDocumentNode } from '@apollo/client';
import * as live from './live-hooks.client.ts';
import type { QueryOptions, QueryResult } from './page-query.ts';

/**
 * What the generated hooks call. A browser has the client with its cache; a page from the server is rendered once, from
 * what its loaders brought, and loads nothing of the client: files named `*.client` do not exist there.
 */
const isServer = typeof document === 'undefined';

const notThere = (): never => {
  throw new Error('A page from the server only shows what its loaders brought.');
};

const renderedQuery = <TData, TVariables extends OperationVariables>(
  _document: TypedDocumentNode<TData, TVariables>,
  { loaded }: QueryOptions<TData, TVariables>,
): QueryResult<TData> => ({ data: loaded, refetch: notThere });

const RENDERED_MUTATION = [notThere, { loading: false, called: false, reset: notThere }];
const RENDERED_SUBSCRIPTION = { loading: true, restart: notThere };

export const useQuery = isServer ? renderedQuery : live.useQuery;

export const useMutation = (isServer ? () => RENDERED_MUTATION : live.useMutation) as typeof live.useMutation;

export const useSubscription = (
  isServer ? () => RENDERED_SUBSCRIPTION : live.useSubscription
) as typeof live.useSubscription;
