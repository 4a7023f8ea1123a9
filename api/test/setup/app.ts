import { createClient, type Client } from 'graphql-ws';
import { afterAll } from 'vitest';
import WebSocket from 'ws';
import { openSession } from '../../src/domains/user/session.service.ts';
import type { Viewer } from '../../src/domains/policy.ts';
import { type App, startApp } from '../../src/server/app.ts';
import { contextOf } from '../../src/domains/context.ts';
import type { TestMachine } from './machine.ts';

export interface TestApp {
  app: App;
  url: string;
  /** Posts an operation; `token` null is an anonymous caller. */
  post(
    token: string | null,
    query: string,
    variables?: Record<string, unknown>,
    headers?: Record<string, string>,
  ): Promise<{ status: number; headers: Headers; body: GraphQLAnswer }>;
  /** An access token of a new session. */
  tokenOf(viewer: Viewer): Promise<string>;
  /** A WebSocket client; closed after the last test of the file. */
  socket(
    token: string | null,
    options?: { onConnected?: () => void; onClosed?: (code: number) => void },
  ): Client;
}

export interface GraphQLAnswer {
  data?: Record<string, never> | null;
  errors?: { message: string; path?: (string | number)[]; extensions: { code: string; requestId: string } }[];
}

/** The API as it listens in production, on a free port, closed after the last test of the file. */
export async function openTestApp(
  { machine, redis }: TestMachine,
  options: Pick<Parameters<typeof startApp>[0], 'limits'> = {},
): Promise<TestApp> {
  const app = await startApp({ machine, redis, host: '127.0.0.1', port: 0, ...options });
  afterAll(() => app.close());
  const url = `http://127.0.0.1:${app.port}`;
  return {
    app,
    url,
    async post(token, query, variables, headers) {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...headers,
        },
        body: JSON.stringify({ query, variables }),
      });
      return {
        status: response.status,
        headers: response.headers,
        body: (await response.json()) as GraphQLAnswer,
      };
    },
    tokenOf: async (viewer) =>
      (
        await openSession(contextOf(machine, viewer), {
          id: viewer.userId,
          organizationId: viewer.organizationId,
        })
      ).accessToken,
    socket(token, options) {
      const client = createClient({
        url: `${url.replace('http', 'ws')}/graphql`,
        webSocketImpl: WebSocket,
        connectionParams: token ? { authorization: `Bearer ${token}` } : {},
        retryAttempts: 0,
        on: {
          connected: () => options?.onConnected?.(),
          closed: (event) => options?.onClosed?.((event as { code: number }).code),
        },
      });
      afterAll(() => client.dispose());
      return client;
    },
  };
}
