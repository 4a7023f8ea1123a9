import { beforeAll, describe, expect, it } from 'vitest';
import { openTestApp } from './setup/app.ts';
import { openTestMachine } from './setup/machine.ts';
import { seedViewer } from './setup/run.ts';

const testMachine = await openTestMachine();
const { post, tokenOf, url } = await openTestApp(testMachine);
let token: string;
beforeAll(async () => {
  token = await tokenOf(await seedViewer(testMachine.machine));
});

const NUL = '\0';
const HALF = '\ud800';
const BAD = ['BAD_USER_INPUT'];
const globalId = (text: string) => Buffer.from(text).toString('base64');

/** The codes of an answer, wherever they stand in it. */
async function codes(who: string | null, query: string, variables: object = {}): Promise<string[]> {
  const { body, status } = await post(who, query, variables as Record<string, unknown>);
  expect(status).toBeLessThan(500);
  return [...JSON.stringify(body).matchAll(/"code":"(\w+)"/g)].map((match) => match[1]!);
}

const LOGIN =
  'mutation ($input: AuthLoginInput!) { authLogin(input: $input) { ... on Error { code path } } }';
const CREATE = `mutation ($input: ServerCreateInput!) { serverCreate(input: $input) {
  ... on ValidationError { code issues { path } } ... on Error { code } } }`;
const USERS =
  'query ($text: String!) { users { totalCount } agents(filter: { name: { contains: $text } }) { totalCount } }';

describe('what PostgreSQL cannot store', () => {
  it.each([
    ['NUL', NUL],
    ['half of a character', HALF],
  ])('[API-5] %s in a text is refused, of strangers and of members', async (_what, text) => {
    expect(await codes(null, LOGIN, { input: { email: `a${text}@example.com`, password: 'x' } })).toEqual(
      BAD,
    );
    expect(await codes(token, USERS, { text })).toEqual(BAD);
    expect(await codes(token, CREATE, { input: { name: text, protocol: 'SIMULATION' } })).toEqual(BAD);
    const headers = {
      name: text,
      protocol: 'MCP',
      url: 'https://a.test',
      credentials: { headers: { a: text } },
    };
    expect(await codes(token, CREATE, { input: headers })).toEqual(BAD);
    expect(await codes(token, 'query ($id: ID!) { agent(id: $id) { id } }', { id: text })).toEqual(BAD);
  });

  it('[API-5] NUL in a literal is refused like in a variable', async () => {
    expect(
      await codes(token, '{ agents(filter: { name: { contains: "\\u0000" } }) { totalCount } }'),
    ).toEqual(BAD);
    expect(
      await codes(token, '{ agents(filter: { name: { in: ["a", "\\u0000"] } }) { totalCount } }'),
    ).toEqual(BAD);
  });

  it('[API-5] says where it found it', async () => {
    const { body } = await post(token, CREATE, {
      input: { name: NUL, protocol: 'MCP', credentials: { headers: { [HALF]: 'x' } } },
    });
    expect(body.data).toEqual({
      serverCreate: {
        code: 'BAD_USER_INPUT',
        issues: [{ path: ['input', 'credentials', 'headers'] }, { path: ['input', 'name'] }],
      },
    });
    const list = await post(token, USERS, { text: NUL });
    expect(list.body.errors).toMatchObject([
      { path: ['agents'], extensions: { argumentPath: ['filter', 'name', 'contains'] } },
    ]);
  });

  it.each([`Agent:${NUL}`, `Agent:${NUL}${NUL}`, `${NUL}:1`, 'Agent:1', 'Agent:', ':', ''])(
    '[API-5] the id of %j names nothing',
    async (text) => {
      for (const query of [
        'query ($id: ID!) { node(id: $id) { id } }',
        'query ($id: ID!) { nodes(ids: [$id]) { id } }',
      ])
        expect(['NOT_FOUND', 'BAD_USER_INPUT']).toContain(
          (await codes(token, query, { id: globalId(text) }))[0],
        );
    },
  );

  it('[API-5] instants of the years 1 to 9999 are taken, others refused', async () => {
    const RUNS = 'query ($at: DateTime!) { executions(filter: { createdAt: { gte: $at } }) { totalCount } }';
    for (const at of ['0001-01-01T00:00:00Z', '1969-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'])
      expect(await codes(token, RUNS, { at }), at).toEqual([]);
    for (const at of [
      '0000-01-01T00:00:00Z',
      '0001-01-01T00:00:00+01:00',
      '9999-12-31T23:59:59-01:00',
      '2026-02-30T00:00:00Z',
      'now',
      '',
    ])
      expect(await codes(token, RUNS, { at }), at).toEqual(BAD);
    const literal = '{ executions(filter: { createdAt: { gte: "0000-01-01T00:00:00Z" } }) { totalCount } }';
    expect(await codes(token, literal)).toEqual(BAD);
  });

  it('[API-5] numbers beyond 32 bits are refused', async () => {
    for (const first of [2 ** 31, -(2 ** 31) - 1, 1.5, 1e300])
      expect(
        await codes(token, 'query ($first: Int) { agents(first: $first) { totalCount } }', { first }),
      ).toEqual(BAD);
  });

  it('[API-5] lists have at most a hundred values', async () => {
    const RUNS =
      'query ($in: [ExecutionStatus!]) { executions(filter: { status: { in: $in } }) { totalCount } }';
    const NAMES = 'query ($in: [String!]) { agents(filter: { name: { in: $in } }) { totalCount } }';
    const NODES = 'query ($in: [ID!]!) { nodes(ids: $in) { id } }';
    expect(await codes(token, NAMES, { in: Array(100).fill('a') })).toEqual([]);
    for (const query of [NAMES, NODES]) {
      expect(await codes(token, query, { in: Array(101).fill('a') })).toEqual(BAD);
      expect(await codes(token, query, { in: Array(40_000).fill('a') })).toEqual(BAD);
    }
    expect(await codes(token, RUNS, { in: Array(40_000).fill('QUEUED') })).toEqual(BAD);
  });

  it('[API-5] JSON has a bottom', async () => {
    const RUN = `mutation ($input: TaskRunInput!) { taskRun(input: $input) { ... on Error { code } } }`;
    const taskId = globalId('Task:01890000-0000-7000-8000-000000000000');
    const nest = (levels: number): object =>
      Array.from({ length: levels }).reduce<object>((inner) => ({ a: inner }), {});
    expect(await codes(token, RUN, { input: { taskId, variables: nest(31) } })).toEqual(['NOT_FOUND']);
    expect(await codes(token, RUN, { input: { taskId, variables: nest(32) } })).toEqual(BAD);
    // As text: JSON.stringify itself would run out of stack.
    const deep = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`;
    const variables = `{"input":{"taskId":"${taskId}","variables":${deep}}}`;
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: `{"query":${JSON.stringify(RUN)},"variables":${variables}}`,
    });
    expect(await response.json()).toEqual({ data: { taskRun: { code: 'BAD_USER_INPUT' } } });
  });
});
