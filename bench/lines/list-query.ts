import { isDeepStrictEqual } from 'node:util';
import type { Bench } from '../harness/bench.ts';
import type { Child } from '../harness/child.ts';
import { withCpu } from '../harness/cpu.ts';
import { type Contestant, type Line, type Metric, STUDIO } from '../harness/line.ts';
import { LIST_QUERY, type ListVariables } from '../list-query/document.ts';
import type { Load, LoadResult } from '../programs/http-load.ts';

const FLOOR = 'raw pg + node:http';
const APOLLO_JOIN = 'Apollo + Prisma, joins';
const APOLLO_DEFAULT = 'Apollo + Prisma, default loading';
const UNGUARDED = 'authorizes nobody';
const VARIABLES: ListVariables = { first: 20, runs: 5 };
/** Enough to keep one Node process busy while the others wait for the database. */
const CONNECTIONS = 8;

const HTTP_METRICS: readonly Metric[] = [
  { name: 'rate', title: 'requests/s', digits: 0 },
  { name: 'p50', title: 'p50 ms', digits: 1 },
  { name: 'p99', title: 'p99 ms', digits: 1 },
  { name: 'cpu', title: 'Node CPU ms', digits: 2 },
  { name: 'db', title: 'PostgreSQL CPU ms', digits: 2 },
  { name: 'load', title: 'load CPU ms', digits: 2 },
];

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

type Request = Omit<Load, 'connections' | 'seconds'>;

export interface HttpContestant extends Contestant {
  request: () => Promise<Request>;
}

function graphqlRequest(
  at: { port: number; path: string; token?: string },
  query: string,
  variables: object,
): Request {
  return {
    port: at.port,
    path: at.path,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      ...(at.token === undefined ? {} : { authorization: `Bearer ${at.token}` }),
    },
    bodies: [JSON.stringify({ query, variables })],
  };
}

const listRequest = (at: { port: number; path: string; token?: string }): Request =>
  graphqlRequest(at, LIST_QUERY, VARIABLES);

/** A server that is asked over HTTP as fast as it answers. */
function httpContestant(
  bench: Bench,
  args: Pick<Contestant, 'kind' | 'name' | 'note'> & {
    load: Child;
    servers: readonly Child[];
    request: () => Promise<Request>;
    connections?: number;
  },
): HttpContestant {
  const { load, servers, request, connections = CONNECTIONS, ...rest } = args;
  const groups = {
    servers: servers.map(({ pid }) => pid),
    db: [bench.stores.postgresPid],
    load: [load.pid],
  };
  return {
    ...rest,
    request,
    profiled: servers,
    async measure() {
      const run = { ...(await request()), connections, seconds: bench.seconds };
      const { result, cpuMs } = await withCpu(groups, () => load.call<LoadResult>('run', run));
      return {
        rate: result.ratePerSecond,
        p50: result.p50Ms,
        p99: result.p99Ms,
        cpu: cpuMs.servers / result.requests,
        db: cpuMs.db / result.requests,
        load: cpuMs.load / result.requests,
        bytes: result.bytesPerAnswer,
      };
    },
  };
}

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
