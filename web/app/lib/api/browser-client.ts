import { ApolloClient, ApolloLink, HttpLink } from '@apollo/client';
import { ErrorLink } from '@apollo/client/link/error';
import { OperationTypeNode } from 'graphql';
import { from, switchMap, throwError } from 'rxjs';
import { createCache, mergeSnapshots, type CacheSnapshot } from './cache.ts';
import { isUnauthenticated } from './fault.ts';
import { partialResults } from './partial-results.ts';
import { goToSignIn, refreshSession } from './session-refresh.ts';

const refreshLink = new ErrorLink(({ error, operation, forward }) => {
  if (!isUnauthenticated(error) || operation.getContext()['isRetry']) return;
  operation.setContext({ isRetry: true });
  return from(refreshSession()).pipe(
    switchMap((isRefreshed) => {
      if (isRefreshed) return forward(operation);
      goToSignIn();
      return throwError(() => error);
    }),
  );
});

let socketLink: Promise<ApolloLink> | undefined;

/** Loaded after the page has become usable. */
function openSocketLink(): Promise<ApolloLink> {
  socketLink ??= import('./socket-link.ts').then(
    ({ createSocketLink }) => createSocketLink(),
    (error: unknown) => {
      // Lost with the network, perhaps: the next subscription tries again.
      socketLink = undefined;
      throw error;
    },
  );
  return socketLink;
}

const lazySocketLink = new ApolloLink((operation, forward) =>
  from(openSocketLink()).pipe(switchMap((link) => link.request(operation, forward))),
);

/**
 * Follows the session of the visitor: a page without a stream leads to the sign-in page too as soon as it has ended. What
 * is not loaded now is loaded with the next stream, or not needed.
 */
export const watchSession = (): void => void openSocketLink().catch(() => undefined);

function createBrowserClient(snapshot: CacheSnapshot): ApolloClient {
  return new ApolloClient({
    cache: createCache().restore(snapshot),
    link: ApolloLink.from([
      refreshLink,
      ApolloLink.split(
        ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
        lazySocketLink,
        new HttpLink({
          uri: '/graphql',
          credentials: 'same-origin',
          headers: { 'x-graphql-yoga-csrf': '1' },
        }),
      ),
    ]),
    defaultOptions: partialResults,
  });
}

/** Only renders what the loaders brought; it has no way to the network. */
export const createRenderClient = (snapshot: CacheSnapshot): ApolloClient =>
  new ApolloClient({
    ssrMode: true,
    cache: createCache().restore(snapshot),
    link: ApolloLink.empty(),
    defaultOptions: partialResults,
  });

let browserClient: ApolloClient | undefined;

export function startClient(snapshots: CacheSnapshot[]): ApolloClient {
  if (typeof document === 'undefined') return createRenderClient(mergeSnapshots(snapshots));
  browserClient ??= createBrowserClient(mergeSnapshots(snapshots));
  return browserClient;
}

/** Adds what a loader brought after the page started, and tells the hooks that show any of it. */
export function seedCache(client: ApolloClient, snapshot: CacheSnapshot): void {
  const { cache } = client;
  cache.restore(mergeSnapshots([cache.extract() as CacheSnapshot, snapshot]));
  cache.batch({ update: () => undefined });
}

export const seedBrowserCache = (snapshot: CacheSnapshot): void => {
  if (browserClient) seedCache(browserClient, snapshot);
};
