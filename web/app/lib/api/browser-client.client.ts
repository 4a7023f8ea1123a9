import { ApolloClient, ApolloLink, HttpLink } from '@apollo/client';
import { ErrorLink } from '@apollo/client/link/error';
import { OperationTypeNode } from 'graphql';
import { from, switchMap, throwError } from 'rxjs';
import { createCache } from './cache.client.ts';
import { isUnauthenticated } from './fault.ts';
import { partialResults } from './partial-results.ts';
import { goToSignIn, refreshSession } from './session-refresh.ts';
import { openSocket } from './session-socket.ts';

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
  socketLink ??= Promise.all([import('./socket-link.client.ts'), openSocket()]).then(
    ([{ createSocketLink }, socket]) => createSocketLink(socket),
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

const createBrowserClient = (): ApolloClient =>
  new ApolloClient({
    cache: createCache(),
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

let browserClient: ApolloClient | undefined;

/** One for the life of the document. */
export const openBrowserClient = (): ApolloClient => (browserClient ??= createBrowserClient());
