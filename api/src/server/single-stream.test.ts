import { type Client, createClient, type ExecutionResult } from 'graphql-sse';
import { afterEach, describe, expect, it } from 'vitest';
import { openTestApp } from '../../test/setup/app.ts';
import { openTestMachine } from '../../test/setup/machine.ts';
import { seedMember } from '../../test/setup/run.ts';
import { output, seedRunningRun } from '../../test/setup/running-run.ts';

const testMachine = await openTestMachine();
const { machine } = testMachine;
const { post, tokenOf, socket, url } = await openTestApp(testMachine);
const streamUrl = `${url}/graphql/stream`;

const EVENTS = `subscription ($id: ID!, $after: Int) {
  executionEvents(executionId: $id, after: $after) { __typename seq }
}`;
const VIEWER = '{ viewer { email } }';

const clients: Client<boolean>[] = [];
afterEach(() => clients.splice(0).forEach((client) => client.dispose()));

function open(token: string, options: { singleConnection: boolean; url?: string }) {
  const client = createClient<boolean>({
    url: streamUrl,
    retryAttempts: 0,
    headers: { authorization: `Bearer ${token}` },
    ...options,
  });
  clients.push(client);
  return client;
}

async function runningRun() {
  const run = await seedRunningRun(machine);
  return { ...run, token: await tokenOf(run.viewer) };
}

/** Everything until the operation is complete. */
async function collect(client: Client<boolean>, query: string, variables: Record<string, unknown> = {}) {
  const results: ExecutionResult<Record<string, { seq?: number }>, unknown>[] = [];
  for await (const result of client.iterate<Record<string, { seq?: number }>>({ query, variables }))
    results.push(result);
  return results;
}

const seqsOf = (results: Awaited<ReturnType<typeof collect>>) =>
  results.map(({ data }) => data?.['executionEvents']?.seq);

/** The protocol by hand. */
async function ask(
  method: string,
  token: string | null,
  options: { stream?: string; query?: string; body?: object; headers?: Record<string, string> } = {},
) {
  const response = await fetch(`${streamUrl}${options.query ?? ''}`, {
    method,
    headers: {
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      ...(options.stream === undefined ? {} : { 'x-graphql-event-stream-token': options.stream }),
      ...(options.body ? { 'content-type': 'application/json' } : {}),
      ...options.headers,
    },
    ...(options.body ? { body: JSON.stringify(options.body) } : {}),
  });
  return response;
}

const reserve = async (token: string): Promise<string> => (await ask('PUT', token)).text();

const codeOf = async (response: Response): Promise<unknown> =>
  ((await response.json()) as { errors: { extensions: { code: string } }[] }).errors[0]!.extensions.code;

/** What has come on an open stream. */
function readStream(response: Response) {
  let text = '';
  const ended = (async () => {
    const decoder = new TextDecoder();
    const reader = response.body!.getReader();
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read())
      text += decoder.decode(chunk.value);
    return text;
  })();
  return { ended, text: () => text };
}

describe('GraphQL over SSE', () => {
  it.each([
    ['single connection', { singleConnection: true }],
    ['distinct connections', { singleConnection: false }],
    ['distinct connections at /graphql', { singleConnection: false, url: `${url}/graphql` }],
  ])('[API-4] serves the client graphql-sse with %s', async (_mode, options) => {
    const run = await runningRun();
    const client = open(run.token, options);
    const watching = collect(client, EVENTS, { id: run.id });
    expect(await collect(client, VIEWER)).toEqual([
      { data: { viewer: { email: expect.stringContaining('@') as string } } },
    ]);
    await run.append(output('a'), output('b'));
    await run.finish();
    expect(seqsOf(await watching)).toEqual([1, 2, 3, 4, 5]);
    expect(seqsOf(await collect(client, EVENTS, { id: run.id, after: 3 }))).toEqual([4, 5]);
  });

  it.each([true, false])(
    '[API-4] tells graphql-sse what is wrong with an operation, once (%s)',
    async (single) => {
      const run = await runningRun();
      const client = open(run.token, { singleConnection: single });
      const codes = async (query: string) =>
        (await collect(client, query)).map(({ errors }) => errors!.map(({ extensions }) => extensions));
      for (const [query, code] of [
        ['{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
        ['{', 'GRAPHQL_PARSE_FAILED'],
        ['subscription { executionEvents(executionId: "nonsense") { seq } }', 'BAD_USER_INPUT'],
      ] as const)
        expect(await codes(query)).toEqual([[expect.objectContaining({ code })]]);
    },
  );

  it('[API-4] sends nothing to a client that is meant for the server', async () => {
    const run = await runningRun();
    const overWebSocket = new Promise<unknown>((resolve) =>
      socket(run.token).subscribe(
        { query: '{ nothing }' },
        { next: resolve, error: resolve, complete: () => undefined },
      ),
    );
    const answers = [
      await collect(open(run.token, { singleConnection: true }), '{ nothing }'),
      await collect(open(run.token, { singleConnection: false }), '{ nothing }'),
      (await post(run.token, '{ nothing }')).body,
      await overWebSocket,
    ];
    for (const answer of answers) {
      expect(JSON.stringify(answer)).toContain('"code"');
      expect(JSON.stringify(answer)).not.toContain('"http"');
    }
  });

  it('[API-4] ends one operation and lets the others go on', async () => {
    const run = await runningRun();
    const client = open(run.token, { singleConnection: true });
    const other = collect(client, EVENTS, { id: run.id });
    let onFirst: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => (onFirst = resolve));
    const seen: unknown[] = [];
    const stop = client.subscribe(
      { query: EVENTS, variables: { id: run.id } },
      { next: (result) => (seen.push(result), onFirst()), error: () => undefined, complete: () => undefined },
    );
    await begun;
    stop();
    await run.append(output('a'));
    await run.finish();
    expect(seqsOf(await other)).toEqual([1, 2, 3, 4]);
  });

  it('[AUTH-2] gives a stream to its owner alone, and runs nothing for anybody else', async () => {
    const run = await runningRun();
    const stream = await reserve(run.token);
    const colleague = await tokenOf(await seedMember(machine, run.viewer.organizationId, 'ADMIN'));
    const otherSession = await tokenOf(run.viewer);
    const logout = {
      query: 'mutation { authLogout { revokedSessionId } }',
      extensions: { operationId: 'x' },
    };
    for (const token of [colleague, otherSession]) {
      const refused = await ask('POST', token, { stream, body: logout });
      expect([refused.status, await codeOf(refused)]).toEqual([404, 'STREAM_NOT_FOUND']);
      expect((await ask('DELETE', token, { stream, query: '?operationId=x' })).status).toBe(404);
      expect((await post(token, VIEWER)).body.errors).toBeUndefined();
    }
    expect((await ask('POST', null, { stream, body: logout })).status).toBe(404);
    const strangers = await ask('PUT', null);
    expect([strangers.status, await codeOf(strangers)]).toEqual([401, 'UNAUTHENTICATED']);
    const stale = await ask('PUT', 'not-a-token');
    expect([stale.status, await codeOf(stale)]).toEqual([401, 'UNAUTHENTICATED']);
    const foreign = await ask('PUT', null, { headers: { origin: 'https://elsewhere.test' } });
    expect(foreign.headers.get('access-control-allow-origin')).not.toBe('https://elsewhere.test');
  });

  it('[AUTH-2] ends a stream with the session of its owner, and says so', async () => {
    const run = await runningRun();
    const stream = await reserve(run.token);
    const { ended, text } = readStream(await ask('GET', null, { query: `?token=${stream}` }));
    const body = { query: EVENTS, variables: { id: run.id }, extensions: { operationId: 'one' } };
    const accepted = await ask('POST', run.token, { stream, body });
    expect(accepted.status).toBe(202);
    await expect.poll(text).toContain('"seq":1');
    await post(run.token, 'mutation { authLogout { revokedSessionId } }');
    expect(await ended).toContain('UNAUTHENTICATED');
    expect((await ask('GET', null, { stream })).status).toBe(404);
  });

  it('[API-5] bounds streams and their operations', async () => {
    const run = await runningRun();
    const stream = await reserve(run.token);
    const { text } = readStream(await ask('GET', null, { stream }));
    const again = await ask('GET', null, { stream });
    expect([again.status, await codeOf(again)]).toEqual([409, 'STREAM_OPEN']);

    const start = (operationId: string | undefined) =>
      ask('POST', run.token, {
        stream,
        body: { query: EVENTS, variables: { id: run.id }, extensions: { operationId } },
      });
    const nameless = await start(undefined);
    expect([nameless.status, await codeOf(nameless)]).toEqual([400, 'BAD_USER_INPUT']);
    for (let count = 0; count < 100; count += 1) expect((await start(String(count))).status).toBe(202);
    const same = await start('7');
    expect([same.status, await codeOf(same)]).toEqual([409, 'OPERATION_EXISTS']);
    const tooMany = await start('100');
    expect([tooMany.status, await codeOf(tooMany)]).toEqual([429, 'RATE_LIMITED']);
    expect((await ask('DELETE', run.token, { stream, query: '?operationId=7' })).status).toBe(200);
    await expect.poll(async () => (await start('100')).status).toBe(202);
    await run.finish();
    await expect.poll(() => text().match(/event: complete/g)?.length).toBe(100);

    for (let count = 1; count < 50; count += 1) await reserve(run.token);
    const full = await ask('PUT', run.token);
    expect([full.status, await codeOf(full), full.headers.get('retry-after')]).toEqual([
      429,
      'RATE_LIMITED',
      '10',
    ]);
  });

  it('[AUTH-2] demands of cookies what a page of another site cannot send', async () => {
    const run = await runningRun();
    const stream = await reserve(run.token);
    const simple = await fetch(streamUrl, {
      method: 'POST',
      headers: { 'content-type': 'text/plain', 'x-graphql-event-stream-token': stream },
      body: JSON.stringify({ query: VIEWER, extensions: { operationId: 'x' } }),
    });
    expect([simple.status, await codeOf(simple)]).toEqual([403, 'CSRF_REFUSED']);
  });
});
