import { type Client, createClient } from 'graphql-ws';
import { afterEach, describe, expect, it, vi } from 'vitest';
import WebSocket from 'ws';
import { openTestApp } from '../../test/setup/app.ts';
import { openTestMachine } from '../../test/setup/machine.ts';
import { seedViewer } from '../../test/setup/run.ts';

const testMachine = await openTestMachine();
const { machine } = testMachine;
const { tokenOf, url } = await openTestApp(testMachine);
const stderr = vi.spyOn(console, 'error');

interface Refusal {
  message: string;
  extensions: { code: string; requestId: string };
}

const open: Client[] = [];
const streams: (() => void)[] = [];
afterEach(async () => {
  for (const end of streams.splice(0)) end();
  // The streams let go of Redis before it is closed.
  await expect
    .poll(async () => (await fetch(`${url}/metrics`)).text(), { timeout: 10_000 })
    .toContain('studio_watched_identities 0');
  for (const client of open.splice(0)) await client.dispose();
});

/** One socket, with what is sent on it. */
async function openSocket() {
  const closed: number[] = [];
  const token = await tokenOf(await seedViewer(machine));
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
    on: { closed: (event) => closed.push((event as { code: number }).code) },
  });
  open.push(client);
  const ask = (query: string, operationName?: string) =>
    new Promise<{ data?: unknown; errors?: readonly Refusal[] }>((resolve, reject) => {
      client.subscribe(
        { query, operationName },
        {
          next: (result) => resolve(result as never),
          error: (error) =>
            Array.isArray(error)
              ? resolve({ errors: error as never })
              : reject(new Error(`closed: ${JSON.stringify(error)}`)),
          complete: () => undefined,
        },
      );
    });
  return {
    closed,
    ask,
    /** A stream that stays open; ends with the socket. */
    stream(onError: (errors: readonly Refusal[]) => void = () => undefined) {
      const end = client.subscribe(
        { query: 'subscription { executionChanged { id } }' },
        {
          next: () => undefined,
          error: (error) => onError(error as never),
          complete: () => undefined,
        },
      );
      streams.push(end);
    },
  };
}

const LONG = `{ ${'viewer { id } '.repeat(2_000)} }`;
const REGISTER = `mutation { authRegister(input: { email: "eve@example.com", password: "correct horse battery", name: "Eve", organizationName: "Evil" }) {
  ... on AuthRegisterPayload { accessToken } ... on Error { message } } }`;

describe('an operation on a socket that cannot be run', () => {
  it.each([
    ['a syntax error', '{ viewer { id', 'GRAPHQL_PARSE_FAILED'],
    ['a document that nobody would write', LONG, 'GRAPHQL_PARSE_FAILED'],
    ['a field that there is not', '{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['registering', REGISTER, 'HTTP_ONLY'],
    [
      'signing out in a fragment',
      'mutation { ...F } fragment F on Mutation { authLogout { revokedSessionId } }',
      'HTTP_ONLY',
    ],
    ['an operation that the document has not', 'query Here { viewer { id } }', 'BAD_USER_INPUT'],
  ])('[API-2] is an error of its own: %s', async (_what, query, code) => {
    const socket = await openSocket();
    socket.stream(() => socket.closed.push(-1));
    const { errors } = await socket.ask(query, code === 'BAD_USER_INPUT' ? 'Elsewhere' : undefined);
    expect(errors).toEqual([
      {
        message: expect.any(String) as string,
        ...(code.startsWith('GRAPHQL') ? { locations: expect.any(Array) as object } : {}),
        extensions: { code, requestId: expect.stringMatching(/.{8}/) as string },
      },
    ]);
    // The socket goes on, and what was on it.
    expect((await socket.ask('{ viewer { email } }')).data).toMatchObject({
      viewer: { email: expect.any(String) as string },
    });
    expect(socket.closed).toEqual([]);
    expect(stderr).not.toHaveBeenCalled();
  });

  it('[AUTH-6] registers nobody', async () => {
    const before = await machine.db.user.count({ where: { email: 'eve@example.com' } });
    await (await openSocket()).ask(REGISTER);
    expect(await machine.db.user.count({ where: { email: 'eve@example.com' } })).toBe(before);
  });

  it('[API-2] is the hundred and first at once, and only that', async () => {
    const socket = await openSocket();
    const refused: (readonly Refusal[])[] = [];
    for (let count = 0; count < 101; count += 1) socket.stream((errors) => refused.push(errors));
    await expect.poll(() => refused.length, { timeout: 5_000 }).toBe(1);
    expect(refused[0]![0]!.extensions.code).toBe('TOO_MANY_OPERATIONS');
    expect(socket.closed).toEqual([]);
    expect(stderr).not.toHaveBeenCalled();
  });
});
