import { ApolloClient, HttpLink, type OperationVariables, type TypedDocumentNode } from '@apollo/client';
import { data, redirect, type ActionFunctionArgs, type LoaderFunctionArgs } from '@remix-run/node';
import { createApiSession, hasSessionCookie } from './api-session.server.ts';
import { createCache, type CacheSnapshot } from './cache.ts';
import { faultOf, isUnauthenticated, statusOfFault, type Fault } from './fault.ts';
import { partialResults } from './partial-results.ts';
import { failureOfFault, type Failure } from '#app/lib/failure.ts';
import { pathTo } from '#app/lib/paths.ts';

declare module '@remix-run/server-runtime' {
  interface AppLoadContext {
    apiUrl: string;
    cspNonce: string;
    requestId: string;
    clientAddress: string | null;
    appendSetCookie: (header: string) => void;
  }
}

export interface OpenApi {
  /** Throws a redirect to the sign-in page, or the fault as a response for the error boundary. */
  query<TData, TVariables extends OperationVariables>(
    document: TypedDocumentNode<TData, TVariables>,
    variables: TVariables,
    options?: { isCached: boolean },
  ): Promise<TData>;
  /** The row that a page is about. Throws 404 for an id that is unknown, of another organization, or none at all. */
  find<TNoun extends string, TData extends Record<TNoun, unknown>, TVariables extends OperationVariables>(
    noun: TNoun,
    document: TypedDocumentNode<TData, TVariables>,
    variables: TVariables,
    options?: { isCached: boolean },
  ): Promise<NonNullable<TData[TNoun]>>;
  /** Faults come back as a failure, so that a form keeps what was typed. */
  mutate<TData, TVariables extends OperationVariables>(
    document: TypedDocumentNode<TData, TVariables>,
    variables: TVariables,
  ): Promise<{ data: TData; fault: null } | { data: null; fault: Failure }>;
  refresh(): Promise<boolean>;
  snapshot(): CacheSnapshot;
}

const throwFault = (fault: Fault): never => {
  throw data(fault, { status: statusOfFault(fault) });
};

export const throwNotFound = (noun: string): never =>
  throwFault({
    code: 'NOT_FOUND',
    message: `This ${noun} does not exist, or you may not see it.`,
    requestId: null,
  });

export const signInPathFor = (request: Request): string => {
  const url = new URL(request.url);
  const next = request.method === 'GET' ? url.pathname + url.search : url.pathname;
  return hasSessionCookie(request.headers.get('cookie')) ? pathTo.signInAgain(next) : pathTo.signIn(next);
};

/** One client a request: results of one visitor must never reach another. */
export function openApi({ request, context }: LoaderFunctionArgs | ActionFunctionArgs): OpenApi {
  const session = createApiSession({
    apiUrl: context.apiUrl,
    cookieHeader: request.headers.get('cookie'),
    requestId: context.requestId,
    clientAddress: context.clientAddress,
    userAgent: request.headers.get('user-agent'),
    onSetCookie: context.appendSetCookie,
  });
  const client = new ApolloClient({
    ssrMode: true,
    cache: createCache(),
    link: new HttpLink({ uri: context.apiUrl, fetch: session.fetch }),
    defaultOptions: partialResults,
  });

  const ask = async <TData, TVariables extends OperationVariables>(
    document: TypedDocumentNode<TData, TVariables>,
    variables: TVariables,
    { isCached }: { isCached: boolean },
  ) => {
    const fetchPolicy = isCached ? 'network-only' : 'no-cache';
    const result = await client.query({ query: document, variables, fetchPolicy });
    if (isUnauthenticated(result.error)) throw redirect(signInPathFor(request));
    return { data: result.data as TData, fault: faultOf(result.error) };
  };
  const throwWithId = (fault: Fault): never =>
    throwFault({ ...fault, requestId: fault.requestId ?? context.requestId });

  return {
    refresh: session.refresh,
    snapshot: () => client.extract() as CacheSnapshot,
    async query(document, variables, options = { isCached: true }) {
      const { data: found, fault } = await ask(document, variables, options);
      return fault ? throwWithId(fault) : found;
    },
    async find(noun, document, variables, options = { isCached: true }) {
      const { data: found, fault } = await ask(document, variables, options);
      // The text in the address is no id of this noun, which tells a visitor nothing else than an unknown one does.
      if (fault && fault.code !== 'BAD_USER_INPUT') throwWithId(fault);
      return found?.[noun] ?? throwNotFound(noun);
    },
    async mutate(document, variables) {
      const result = await client.mutate({ mutation: document, variables, fetchPolicy: 'no-cache' });
      if (isUnauthenticated(result.error)) throw redirect(signInPathFor(request));
      const fault = faultOf(result.error);
      if (fault || !result.data) {
        const known = fault ?? { code: 'INTERNAL', message: 'The API gave no result.', requestId: null };
        return {
          data: null,
          fault: failureOfFault({ ...known, requestId: known.requestId ?? context.requestId }),
        };
      }
      return { data: result.data, fault: null };
    },
  };
}
