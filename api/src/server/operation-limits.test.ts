import { getIntrospectionQuery } from 'graphql';
import { auditServer } from 'graphql-http';
import { beforeAll, describe, expect, it } from 'vitest';
import { openTestApp } from '../../test/setup/app.ts';
import { openTestMachine } from '../../test/setup/machine.ts';
import { seedMember, seedViewer } from '../../test/setup/run.ts';

const testMachine = await openTestMachine({ STUDIO_INTROSPECTION: 'OPERATORS' });
const { machine } = testMachine;
const { post, tokenOf, url, socket } = await openTestApp(testMachine);
let admin: string;
let viewer: string;
beforeAll(async () => {
  const member = await seedViewer(machine);
  admin = await tokenOf(member);
  viewer = await tokenOf(await seedMember(machine, member.organizationId, 'VIEWER'));
});

type Errors = readonly { message: string; extensions?: Record<string, unknown> }[];
const codes = (errors: Errors | undefined) => errors?.map(({ extensions }) => extensions?.['code']);

/** The errors of an operation over WebSocket. */
const overSocket = (token: string | null, query: string): Promise<Errors | undefined> =>
  new Promise((resolve, reject) => {
    socket(token).subscribe(
      { query },
      {
        next: (result) => resolve(result.errors),
        error: (error) => (Array.isArray(error) ? resolve(error as never) : reject(new Error(String(error)))),
        complete: () => undefined,
      },
    );
  });

const many = (count: number, make: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => make(index)).join(' ');
const LOGIN = 'authLogin(input: { email: "a@example.com", password: "x" }) { __typename }';
const TOO_LARGE = [
  ['two sign-ins', `mutation { a: ${LOGIN} b: ${LOGIN} }`],
  [
    'sign-ins in fragments',
    `mutation { ...A ...B } fragment A on Mutation { a: ${LOGIN} } fragment B on Mutation { ... { b: ${LOGIN} } }`,
  ],
  ['16 aliases', `{ ${many(16, (index) => `a${index}: __typename`)} }`],
  [
    'aliases in fragments',
    `{ ...A ...B } fragment A on Query { ${many(8, (index) => `a${index}: __typename`)} } fragment B on Query { ${many(8, (index) => `b${index}: __typename`)} }`,
  ],
  ['500 times a field', `{ ${many(500, () => '__typename')} }`],
  ['6 directives at a place', `{ __typename ${many(6, () => '@include(if: true)')} }`],
] as const;

describe('a document', () => {
  it.each(TOO_LARGE)(
    '[API-5] with %s is refused before anything of it runs, over HTTP and WebSocket',
    async (_what, query) => {
      const { body } = await post(null, query, {}, { 'x-request-id': 'my-own-request' });
      expect(body.data).toBeUndefined();
      expect(codes(body.errors)).toEqual(['OPERATION_TOO_COMPLEX']);
      expect(body.errors![0]!.extensions.requestId).toBe('my-own-request');
      expect(body.errors![0]!.message).not.toMatch(/\d/);
      const errors = await overSocket(admin, query);
      // Nobody signs in over a socket, be it once.
      expect(codes(errors)).toEqual([query.includes(LOGIN) ? 'HTTP_ONLY' : 'OPERATION_TOO_COMPLEX']);
      expect(errors![0]!.extensions?.['requestId']).toEqual(expect.any(String));
    },
  );

  it('[API-5] that is wrong in many places tells a stranger of one, and a member of five', async () => {
    const query = `{ ${many(20, (index) => `nothing${index}`)} }`;
    expect(codes((await post(null, query)).body.errors)).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    expect((await post(admin, query)).body.errors).toHaveLength(5);
  });

  it.each([
    ['syntax', '{', 'GRAPHQL_PARSE_FAILED'],
    ['validation', '{ nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['coercion', 'query ($first: Int) { agents(first: $first) { totalCount } }', 'BAD_USER_INPUT'],
    ['a missing operation', '', undefined],
  ])('[API-2] a fault of %s names its code and the request', async (_what, query, code) => {
    const { body, headers } = await post(admin, query, { first: 'x' }, { 'x-request-id': 'my-own-request' });
    expect(headers.get('x-request-id')).toBe('my-own-request');
    for (const { extensions } of body.errors!)
      expect(extensions).toMatchObject({ code: code ?? expect.any(String), requestId: 'my-own-request' });
  });
});

describe('variables', () => {
  it('[API-5] of which a hundred thousand are wrong take no longer than one', async () => {
    const document = `query ($among: [AgentRole!]) { agents(filter: { role: { in: $among } }) { totalCount } }`;
    const among = Array.from({ length: 90_000 }, () => 'NOTHING');
    const { body } = await post(admin, document, { among });
    // The executor stops counting.
    expect(body.errors!.length).toBeLessThanOrEqual(51);
    expect(body.errors!.at(-1)!.message).toContain('Too many errors');
  });
});

describe('the schema', () => {
  it('[API-5] is shown to those who may run agents, by introspection, suggestions and SDL, and to nobody else', async () => {
    const sdl = async (token: string | null) =>
      (await fetch(`${url}/schema.graphql`, { headers: token ? { authorization: `Bearer ${token}` } : {} }))
        .status;
    for (const query of [
      getIntrospectionQuery(),
      '{ __type(name: "Agent") { name } }',
      '{ ...A } fragment A on Query { __schema { queryType { name } } }',
    ]) {
      expect((await post(admin, query)).body.errors).toBeUndefined();
      for (const token of [null, viewer])
        expect(codes((await post(token, query)).body.errors)).toEqual(['INTROSPECTION_DISABLED']);
      expect((await post(admin, query)).body.errors).toBeUndefined();
    }
    expect([await sdl(admin), await sdl(viewer), await sdl(null)]).toEqual([200, 403, 403]);
    expect((await post(admin, '{ viewr { id } }')).body.errors![0]!.message).toContain('Did you mean');
    for (const token of [null, viewer])
      expect((await post(token, '{ viewr { id } }')).body.errors![0]!.message).not.toContain('Did you mean');
    const order = 'query ($by: AgentOrder) { agents(orderBy: $by) { totalCount } }';
    const answer = await post(viewer, order, { by: { field: 'NAMES', direction: 'ASC' } });
    expect(answer.body.errors![0]!.message).not.toContain('Did you mean');
  });
});

describe('the audits of graphql-http', () => {
  it('[API-4] pass where the schema is shown to those alone who may run agents, for one of them', async () => {
    const results = await auditServer({
      url: `${url}/graphql`,
      fetchFn: (address: string, init: RequestInit = {}) => {
        const headers = { ...init.headers, authorization: `Bearer ${admin}`, 'x-graphql-yoga-csrf': '1' };
        return fetch(address, { ...init, headers });
      },
    });
    expect(results.length).toBeGreaterThanOrEqual(60);
    expect(results.filter(({ status }) => status !== 'ok').map(({ id, name }) => `${id} ${name}`)).toEqual(
      [],
    );
  });
});

describe('the checks of graphql-cop', () => {
  const COP = 'query cop { __typename }';
  interface Reply {
    data?: { __typename?: string; alias100?: string; __schema?: { types: unknown[] } } | null;
    errors?: { message: string; extensions: Record<string, unknown> }[];
  }
  type Ask = (init: {
    query?: string;
    body?: string;
    type?: string;
    params?: string;
    accept?: string;
  }) => Promise<{ text: string; json: Reply }>;

  const askAs =
    (headers: Record<string, string>): Ask =>
    async ({ query, body, type, params, accept }) => {
      const hasBody = query !== undefined || body !== undefined;
      const response = await fetch(`${url}/graphql${params ? `?query=${encodeURIComponent(params)}` : ''}`, {
        method: hasBody ? 'POST' : 'GET',
        headers: {
          ...headers,
          ...(hasBody ? { 'content-type': type ?? 'application/json' } : {}),
          ...(accept ? { accept } : {}),
        },
        ...(hasBody ? { body: body ?? JSON.stringify({ query, operationName: 'cop' }) } : {}),
      });
      const text = await response.text();
      let json: Reply = {};
      try {
        json = JSON.parse(text) as Reply;
      } catch {
        // An answer that is no JSON has no finding in it.
      }
      return { text, json };
    };

  const CHECKS: Record<string, (ask: Ask) => Promise<boolean>> = {
    'alias overloading': async (ask) =>
      Boolean(
        (await ask({ query: `query cop { ${many(101, (index) => `alias${index}: __typename`)} }` })).json.data
          ?.alias100,
      ),
    batch: async (ask) => {
      const { json } = await ask({ body: JSON.stringify(Array(10).fill({ query: COP })) });
      return Array.isArray(json) && json.length >= 10;
    },
    'directive overloading': async (ask) =>
      (await ask({ query: `query cop { __typename ${'@aa'.repeat(10)} }` })).json.errors?.length === 10,
    'field duplication': async (ask) =>
      Boolean((await ask({ query: `query cop { ${many(500, () => '__typename')} }` })).json.data?.__typename),
    'circular introspection': async (ask) =>
      ((
        await ask({
          query:
            'query cop { __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } } }',
        })
      ).json.data?.__schema?.types.length ?? 0) > 25,
    introspection: async (ask) =>
      Boolean(
        (await ask({ query: 'query cop { __schema { types { name fields { name } } } }' })).json.data
          ?.__schema?.types,
      ),
    'field suggestions': async (ask) =>
      (await ask({ query: 'query cop { __schema { directive } }' })).text.includes('Did you mean'),
    'queries over GET': async (ask) => Boolean((await ask({ params: COP })).json.data?.__typename),
    'mutations over GET': async (ask) =>
      Boolean((await ask({ params: 'mutation cop { __typename }' })).json.data?.__typename),
    'queries as a form': async (ask) =>
      Boolean(
        (await ask({ body: `query=${encodeURIComponent(COP)}`, type: 'application/x-www-form-urlencoded' }))
          .json.data?.__typename,
      ),
    'trace mode': async (ask) => (await ask({ query: COP })).text.includes('"tracing"'),
    'GraphQL IDE': async (ask) => /graphiql|playground/i.test((await ask({ accept: 'text/html' })).text),
    'unhandled errors': async (ask) =>
      (await ask({ query: 'qwerty cop { abc }' })).text.includes('"exception"'),
  };

  it.each([
    ['a stranger', () => ({})],
    ['a VIEWER with a cookie', () => ({ cookie: `studio_access=${viewer}` })],
    ['a VIEWER with a token', () => ({ authorization: `Bearer ${viewer}` })],
  ])('[API-5] find nothing for %s', async (who, headersOf: () => Record<string, string>) => {
    const ask = askAs(headersOf());
    if (who !== 'a stranger')
      expect((await ask({ query: 'query cop { viewer { id } }' })).text).toContain('"id"');
    const found: string[] = [];
    for (const [name, check] of Object.entries(CHECKS)) if (await check(ask)) found.push(name);
    expect(found).toEqual([]);
  });
});
