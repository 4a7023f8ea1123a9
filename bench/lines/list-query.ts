import { isDeepStrictEqual } from 'node:util';
import {
  CONNECTIONS,
  graphqlRequest,
  HTTP_METRICS,
  httpContestant,
  type HttpContestant,
  type Request,
} from '../harness/http.ts';
import { type Line, STUDIO } from '../harness/line.ts';
import { LIST_QUERY, type ListVariables } from '../list-query/document.ts';

const FLOOR = 'raw pg + node:http';
const APOLLO_JOIN = 'Apollo + Prisma, joins';
const APOLLO_DEFAULT = 'Apollo + Prisma, default loading';
const UNGUARDED = 'authorizes nobody';
const VARIABLES: ListVariables = { first: 20, runs: 5 };
/** T1 and T2: the same query answered by everybody. */
export const listQuery: Line = {
  ids: ['T1', 'T2'],
  title: `List query: ${VARIABLES.first} agents with their ${VARIABLES.runs} newest runs, ${CONNECTIONS} connections`,
  metrics: HTTP_METRICS,
  judgements: [
    {
      id: 'T1',
      says: 'requests a second against the raw floor',
      metric: 'rate',
      to: FLOOR,
      better: 'more',
      floor: 0.25,
      target: 0.42,
      moonshot: 0.9,
    },
    {
      id: 'T2',
      says: 'requests a second against Apollo + Prisma with joins',
      metric: 'rate',
      to: APOLLO_JOIN,
      better: 'more',
      floor: 1.05,
      target: 1.7,
      moonshot: 3.5,
    },
    {
      id: 'T2',
      says: 'requests a second against Apollo + Prisma by default',
      metric: 'rate',
      to: APOLLO_DEFAULT,
      better: 'more',
      floor: 4,
      target: 7,
      moonshot: 15,
    },
  ],
  async open(bench) {
    const tenant = await bench.tenant('list', {
      agents: 50,
      tasks: 20,
      executions: 5_000,
      eventsPerExecution: 6,
    });
    const studio = await bench.studio();
    const load = await bench.start('programs/http-load');
    const settings = { ORGANIZATION_ID: tenant.organizationId };
    const rival = async (
      kind: 'floor' | 'peer',
      name: string,
      program: string,
      more: Record<string, string> = {},
    ) => {
      const server = await bench.start(program, { ...settings, ...more });
      const request = async () => listRequest({ port: Number(server.told['port']), path: '/graphql' });
      return httpContestant(bench, { kind, name, note: UNGUARDED, load, servers: [server], request });
    };
    const contestants = [
      await rival('floor', FLOOR, 'floors/list-query'),
      await rival('peer', 'mercurius + Prisma, joins', 'peers/mercurius'),
      await rival('peer', 'Yoga + Prisma, joins', 'peers/yoga'),
      await rival('peer', APOLLO_JOIN, 'peers/apollo', { LOADING: 'join' }),
      await rival('peer', APOLLO_DEFAULT, 'peers/apollo', { LOADING: 'query' }),
      httpContestant(bench, {
        kind: 'studio',
        name: STUDIO,
        load,
        servers: [studio.api],
        request: async () =>
          listRequest({ port: studio.port, path: '/graphql', token: await studio.signIn(tenant) }),
      }),
    ];
    await demandSameAnswers(contestants);
    return contestants;
  },
};

const listRequest = (at: { port: number; path: string; token?: string }): Request =>
  graphqlRequest(at, LIST_QUERY, VARIABLES);

/** Who answers less would look faster. */
async function demandSameAnswers(contestants: readonly HttpContestant[]): Promise<void> {
  const answers = await Promise.all(contestants.map(async ({ request }) => ask(await request())));
  for (const [index, answer] of answers.entries()) {
    if (isDeepStrictEqual(answer, answers[0])) continue;
    const [one, other] = [answer, answers[0]].map((each) => JSON.stringify(each).slice(0, 600));
    throw new Error(`${contestants[index]!.name} answers otherwise than the floor:\n${one}\n${other}`);
  }
}

async function ask({ port, path, method, headers, bodies }: Request): Promise<unknown> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers, body: bodies[0] });
  return response.json();
}
