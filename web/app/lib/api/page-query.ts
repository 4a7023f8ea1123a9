import type { ErrorLike, OperationVariables } from '@apollo/client';
import type { useQuery } from '@apollo/client/react';

/** What a loader asked and got: the props of a page that follows its data, and the options of the hook by which it does. */
export interface Loaded<TData, TVariables> {
  variables: TVariables;
  loaded: TData;
}

export type QueryOptions<TData, TVariables extends OperationVariables> = Pick<
  useQuery.Base.Options<TData, TVariables>,
  'fetchPolicy'
> & {
  skip?: boolean;
  /** What a loader has got for the same variables. Without it the query is sent by the browser. */
  loaded?: TData;
} & (Record<string, never> extends TVariables ? { variables?: TVariables } : { variables: TVariables });

export interface QueryResult<TData> {
  data: TData | undefined;
  error?: ErrorLike | undefined;
  refetch: () => Promise<unknown>;
}
