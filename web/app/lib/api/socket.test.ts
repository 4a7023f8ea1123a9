import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApolloClient, ApolloLink, InMemoryCache, gql } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { buildSchema, execute, parse, subscribe, validate } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { partialResults } from './partial-results.ts';
import { resumeLink } from './resume-link.client.ts';
import { createSocket } from './socket.ts';

const schema = buildSchema('type Query { ok: Boolean } type Subscription { numbers(after: Int!): Int! }');
const NUMBERS = gql`
  subscription Test_Numbers($after: Int!) {
    numbers(after: $after)
  }
`;

describe('the socket of the dashboard', () => {
  let http: Server;
  let sockets: WebSocketServer;
  const cursors: number[] = [];

  /** Sends two numbers a connection and then drops it without a goodbye, until it has reached six. */
  async function* numbers({ after }: { after: number }) {
    cursors.push(after);
    for (let number = after + 1; number <= 6; number += 1) {
      yield { numbers: number };
      if (number < 6 && number % 2 === 0) for (const socket of sockets.clients) socket.terminate();
    }
  }

  beforeEach(async () => {
    cursors.length = 0;
    http = createServer();
    sockets = new WebSocketServer({ server: http, path: '/graphql' });
    // Given by name, since the bundler may load another copy of graphql for the socket library.
    const roots = { subscription: { numbers } };
    useServer({ schema, roots, execute, parse, subscribe, validate }, sockets);
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    const { port } = http.address() as AddressInfo;
    vi.stubGlobal('window', { location: new URL(`http://127.0.0.1:${port}/executions`) });
  });

  afterEach(async () => {
    vi.unstubAllGlobals();
    for (const socket of sockets.clients) socket.terminate();
    await new Promise((resolve) => http.close(resolve));
  });

  it('[WEB-3] reconnects by itself and goes on after the last number, without a gap or a repetition', async () => {
    const socket = createSocket();
    const client = new ApolloClient({
      cache: new InMemoryCache(),
      link: ApolloLink.from([resumeLink, new GraphQLWsLink(socket)]),
      defaultOptions: partialResults,
      devtools: { enabled: false },
    });
    const received: number[] = [];
    await new Promise<void>((resolve, reject) => {
      client
        .subscribe<{ numbers: number }>({
          query: NUMBERS,
          variables: { after: 0 },
          context: { resumeAfter: () => received.at(-1) ?? 0 },
          fetchPolicy: 'no-cache',
        })
        .subscribe({
          next: ({ data, error }) => {
            if (error) reject(error);
            if (data) received.push(data.numbers);
          },
          complete: resolve,
          error: reject,
        });
    });
    await socket.dispose();
    expect(received).toEqual([1, 2, 3, 4, 5, 6]);
    expect(cursors).toEqual([0, 2, 4]);
  });
});
