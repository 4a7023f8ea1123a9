import { ApolloLink } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { catchError, from, switchMap, throwError } from 'rxjs';
import { resumeLink } from './resume-link.client.ts';
import { goToSignIn, refreshSession } from './session-refresh.ts';
import type { Client } from 'graphql-ws';

/** 4401 ends the socket client's own retries, because it cannot know that a refresh helps. */
const reauthenticateLink = new ApolloLink((operation, forward) =>
  forward(operation).pipe(
    catchError((error: Error) => {
      if (!/Socket closed with event 4401/.test(error.message)) return throwError(() => error);
      return from(refreshSession()).pipe(
        switchMap((isRefreshed) => {
          if (isRefreshed) return forward(operation);
          goToSignIn();
          return throwError(() => error);
        }),
      );
    }),
  ),
);

export const createSocketLink = (socket: Client): ApolloLink =>
  ApolloLink.from([resumeLink, reauthenticateLink, new GraphQLWsLink(socket)]);
