import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { auditServer } from 'graphql-http';
import { getNamedType } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Viewer } from '../src/domains/policy.ts';
import { createSchema } from '../src/schema.ts';
import { openTestApp } from './setup/app.ts';
import { codesOf, execute } from './setup/graphql.ts';
import { openTestMachine } from './setup/machine.ts';
import { seedViewer } from './setup/run.ts';
import { PROJECT_DIR } from './source/imports.ts';

const testMachine = await openTestMachine();
const { machine } = testMachine;
const { post, tokenOf, url } = await openTestApp(testMachine);
const schema = createSchema();

const lists = Object.values(schema.getQueryType()!.getFields())
  .filter((field) => getNamedType(field.type).name.endsWith('Connection'))
  .map(({ name }) => name);

const MEMBERS = 25;
let viewer: Viewer;

beforeAll(async () => {
  viewer = await seedViewer(machine);
  await machine.db.user.createMany({
    // Equal names: only the id can tell them apart in an order by name.
    data: Array.from({ length: MEMBERS - 1 }, (_, index) => ({
      organizationId: viewer.organizationId,
      email: `member-${index}@example.com`,
      name: 'Same',
      role: 'VIEWER' as const,
      passwordHash: '-',
    })),
  });
});

describe('GraphQL over HTTP', () => {
  it('[API-4] passes every audit of graphql-http', async () => {
    const results = await auditServer({
      url: `${url}/graphql`,
      // The guard against cross-site requests asks for this header wherever a browser would send no preflight.
      fetchFn: (address: string, init: RequestInit = {}) =>
        fetch(address, { ...init, headers: { ...init.headers, 'x-graphql-yoga-csrf': '1' } }),
    });
    expect(results.length).toBeGreaterThanOrEqual(60);
    const failed = results.filter(({ status }) => status !== 'ok');
    expect(failed.map(({ id, name }) => `${id} ${name}`)).toEqual([]);
  });

  it.each([
    ['no header', {}],
    ['the header that forces a preflight', { 'x-graphql-yoga-csrf': '1' }],
    ['a token', { authorization: 'token' }],
  ])('[API-5] refuses a mutation over GET with %s', async (_what, headers: Record<string, string>) => {
    const query = encodeURIComponent('mutation { authLogout { revokedSessionId } }');
    const token = await tokenOf(viewer);
    const sent = headers['authorization']
      ? { authorization: `Bearer ${token}`, accept: 'application/json' }
      : headers;
    const response = await fetch(`${url}/graphql?query=${query}`, { headers: sent });
    expect(response.status).toBe(405);
    expect((await post(token, '{ viewer { id } }')).body.data).not.toBeUndefined();
  });

  const VIEWER_BY_GET = `/graphql?query=${encodeURIComponent('{ viewer { id } }')}`;
  const form = {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'query=%7Bviewer%7Bid%7D%7D',
  };

  it.each([
    ['a GET', VIEWER_BY_GET, {}],
    ['a form', '/graphql', form],
  ])('[AUTH-2] says what to send when it refuses %s that any page could send', async (_what, path, init) => {
    const response = await fetch(`${url}${path}`, init);
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({
      errors: [
        {
          message: expect.stringContaining('x-graphql-yoga-csrf') as string,
          extensions: { code: 'CSRF_REFUSED', requestId: expect.any(String) as string },
        },
      ],
    });
  });

  it.each([
    'application/graphql-response+json, application/json;q=0.9',
    'application/json',
    'application/graphql-response+json; charset=utf-8, */*',
  ])('[AUTH-2] answers a GET with a token and Accept: %s', async (accept) => {
    const authorization = `Bearer ${await tokenOf(viewer)}`;
    const response = await fetch(`${url}${VIEWER_BY_GET}`, { headers: { authorization, accept } });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ data: { viewer: { id: expect.any(String) as string } } });
  });

  const FORMS = [
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain',
    'application/graphql',
    'APPLICATION/GraphQL; charset=utf-8',
    '',
  ];
  it.each<[string, string, RequestInit]>([
    ['a GET with Accept: */*', VIEWER_BY_GET, { headers: { accept: '*/*' } }],
    [
      'a GET of a browser',
      VIEWER_BY_GET,
      { headers: { accept: 'text/html,application/xml;q=0.9,*/*;q=0.8' } },
    ],
    ...FORMS.map((type): [string, string, RequestInit] => [
      `a body of ${type || 'no type'}`,
      '/graphql',
      { ...form, headers: { 'content-type': type } },
    ]),
  ])('[AUTH-2] refuses %s with a token too', async (_what, path, init) => {
    const authorization = `Bearer ${await tokenOf(viewer)}`;
    const response = await fetch(`${url}${path}`, { ...init, headers: { ...init.headers, authorization } });
    expect(response.status).toBe(403);
    const answer = (await response.json()) as { errors: { message: string; extensions: { code: string } }[] };
    expect(answer.errors[0]!.extensions.code).toBe('CSRF_REFUSED');
    for (const way of ['x-graphql-yoga-csrf', 'application/json', 'application/graphql-response+json'])
      expect(answer.errors[0]!.message).toContain(way);
  });

  it('[API-6] serves the members of its interfaces and unions, which caches must know', async () => {
    const possibleTypes = (await (await fetch(`${url}/possible-types.json`)).json()) as Record<
      string,
      string[]
    >;
    expect(possibleTypes['Error']).toContain('ConflictError');
    expect(possibleTypes['ExecutionEvent']).toContain('StatusChanged');
    const committed = readFileSync(join(PROJECT_DIR, 'possible-types.json'), 'utf8');
    expect(possibleTypes).toEqual(JSON.parse(committed));
  });

  it('[API-6] serves the schema that is committed', async () => {
    const response = await fetch(`${url}/schema.graphql`);
    expect(await response.text()).toBe(readFileSync(join(PROJECT_DIR, 'schema.graphql'), 'utf8'));
  });

  it('[API-5] gives each answer a request id, which its errors name', async () => {
    const { headers, body } = await post(
      null,
      '{ agents { totalCount } }',
      {},
      { 'x-request-id': 'my-own-request' },
    );
    expect(headers.get('x-request-id')).toBe('my-own-request');
    expect(body.errors).toEqual([
      expect.objectContaining({
        path: ['agents'],
        extensions: { code: 'UNAUTHENTICATED', requestId: 'my-own-request' },
      }),
    ]);
  });
});

describe('Pages', () => {
  const cells = lists.flatMap((list) =>
    ['first: 0', 'first: -1', 'first: 101', 'last: 0', 'last: 101', 'first: 1, last: 1'].map((page) => ({
      list,
      page,
    })),
  );

  it.each(cells)('[API-1] $list($page) is refused', async ({ list, page }) => {
    const { data, errors } = await execute(machine, viewer, `{ ${list}(${page}) { totalCount } }`);
    expect(data[list]).toBeNull();
    expect(codesOf(errors)).toEqual(['BAD_USER_INPUT']);
  });

  it.each(lists)('[API-1] %s takes 1 to 100 rows, and 20 unless told', async (list) => {
    for (const page of ['', '(first: 1)', '(first: 100)', '(last: 100)']) {
      const { data, errors } = await execute(
        machine,
        viewer,
        `{ ${list}${page} { totalCount pageInfo { hasNextPage hasPreviousPage } edges { cursor node { __typename } } } }`,
      );
      expect(errors, `${list}${page}`).toEqual([]);
      const most = page === '' ? 20 : page === '(first: 1)' ? 1 : 100;
      expect(data[list].edges.length).toBe(Math.min(most, data[list].totalCount));
    }
  });

  it('[API-1] forward and back hold the same rows, while others are added', async () => {
    const page = async (args: string) => {
      const { data, errors } = await execute(
        machine,
        viewer,
        `{ users(orderBy: { field: NAME, direction: ASC }, ${args}) {
          totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { node { id } } } }`,
      );
      expect(errors).toEqual([]);
      return data['users'];
    };
    const first = await page('first: 10');
    await machine.db.user.create({
      data: {
        organizationId: viewer.organizationId,
        email: 'later@example.com',
        name: 'Zoe',
        role: 'VIEWER',
        passwordHash: '-',
      },
    });
    const second = await page(`first: 10, after: "${first.pageInfo.endCursor}"`);
    const third = await page(`first: 10, after: "${second.pageInfo.endCursor}"`);
    const back = await page(`last: 10, before: "${second.pageInfo.startCursor}"`);

    expect(back.edges).toEqual(first.edges);
    const pages = [first, second, third];
    const ids = pages.flatMap(({ edges }) => edges.map(({ node }: { node: { id: string } }) => node.id));
    expect(new Set(ids).size).toBe(MEMBERS + 1);
    expect(pages.map(({ pageInfo }) => pageInfo.hasNextPage)).toEqual([true, true, false]);
    expect(pages.map(({ totalCount }) => totalCount)).toEqual([MEMBERS, MEMBERS + 1, MEMBERS + 1]);
  });

  it.each([
    ['of no type', 'nonsense'],
    ['of a type that there is not', Buffer.from('Nothing:1').toString('base64')],
    ['of a payload', Buffer.from('AgentCreatePayload:1').toString('base64')],
    ['of a row that cannot be', Buffer.from('Agent:1').toString('base64')],
  ])('[API-1] an id %s is refused by node and nodes, and no fault of ours', async (_what, id) => {
    const token = await tokenOf(viewer);
    for (const query of [
      'query ($id: ID!) { node(id: $id) { id } }',
      'query ($id: ID!) { nodes(ids: [$id]) { id } }',
    ]) {
      const { body } = await post(token, query, { id });
      expect(body.errors).toHaveLength(1);
      expect(['NOT_FOUND', 'BAD_USER_INPUT']).toContain(body.errors![0]!.extensions.code);
    }
  });

  it('[API-1] a cursor that is none is refused, and no fault of ours', async () => {
    const { body } = await post(
      await tokenOf(viewer),
      '{ users(after: "nonsense") { edges { node { id } } } }',
    );
    expect(body).toMatchObject({
      data: { users: null },
      errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
    });
  });
});
