import type { Tenant } from '../data/tenant.ts';
import { COUNTED_PAGE, documentOf, PAGE } from '../growth/documents.ts';
import type { Bench } from '../harness/bench.ts';
import type { Child } from '../harness/child.ts';
import { graphqlRequest, HTTP_METRICS, httpContestant } from '../harness/http.ts';
import type { Contestant, Judgement, Line, Metric } from '../harness/line.ts';
import { LIST_QUERY } from '../list-query/document.ts';

/** Both together: what grows with the data may be on either side. */
const METRICS: readonly Metric[] = [
  { name: 'p50', title: 'p50 ms', digits: 1 },
  { name: 'total', title: 'Node + PostgreSQL CPU ms', digits: 2 },
  ...HTTP_METRICS.filter(({ name }) => name === 'cpu' || name === 'db'),
];
/** One at a time: how long a person waits, and what it costs, without the others. */
const ONE = 1;
const SMALL = 1_000;

interface Asked {
  query: string;
  variables: object;
}

async function asked(
  bench: Bench,
  args: { name: string; load: Child; tenant: Tenant; operation: Asked },
): Promise<Contestant> {
  const { name, load, tenant, operation } = args;
  const studio = await bench.studio();
  // It answers at all, and without errors.
  await studio.send(tenant, operation.query, operation.variables);
  const contestant = httpContestant(bench, {
    kind: 'studio',
    name,
    load,
    servers: [studio.api],
    connections: ONE,
    request: async () =>
      graphqlRequest(
        { port: studio.port, path: '/graphql', token: await studio.signIn(tenant) },
        operation.query,
        operation.variables,
      ),
  });
  return {
    ...contestant,
    async measure() {
      const sample = await contestant.measure();
      return { ...sample, total: sample['cpu']! + sample['db']! };
    },
  };
}

const SHORT = '100 runs an agent';
const LONG = '1,000 runs an agent';

/** T3: the list query with ten times the history. */
export const history: Line = {
  ids: ['T3'],
  title: 'The list query when each agent has ten times the runs, one connection',
  metrics: METRICS,
  judgements: [
    {
      id: 'T3',
      says: 'CPU of the list query with ten times the runs',
      metric: 'total',
      of: LONG,
      to: SHORT,
      better: 'less',
      floor: 1.2,
      target: 1.1,
      moonshot: 1,
    },
  ],
  async open(bench) {
    const load = await bench.start('programs/http-load');
    const size = { agents: 25, tasks: 5, eventsPerExecution: 4 };
    const short = await bench.tenant('short-history', { ...size, executions: 2_500 });
    const long = await bench.tenant('long-history', { ...size, executions: 25_000 });
    const operation = { query: LIST_QUERY, variables: { first: 20, runs: 5 } };
    return [
      await asked(bench, { name: SHORT, load, tenant: short, operation }),
      await asked(bench, { name: LONG, load, tenant: long, operation }),
    ];
  },
};

/** What people ask of a long list, by name. */
async function operationsOn(bench: Bench, tenant: Tenant): Promise<Record<string, Asked>> {
  const studio = await bench.studio();
  const { executions } = await studio.send<{
    executions: { edges: { cursor: string; node: { id: string } }[] };
  }>(tenant, PAGE, { last: 1 });
  const oldest = executions.edges[0]!;
  const filtered = (filter: object): Asked => ({ query: PAGE, variables: { first: 20, filter } });
  return {
    'first page': { query: PAGE, variables: { first: 20 } },
    'first page and totalCount': { query: COUNTED_PAGE, variables: { first: 20 } },
    'last page': { query: PAGE, variables: { last: 20, before: oldest.cursor } },
    'failed runs': filtered({ status: { equals: 'FAILED' } }),
    // There are none: the worst case of a filter that only has to look at the rows.
    'runs of a kind that there is none of': filtered({ kind: { equals: 'DELEGATION' } }),
    'runs by text': filtered({ prompt: { contains: 'number 77 ' } }),
    home: { query: documentOf('HomePage_Query'), variables: {} },
    'page of a run': { query: documentOf('ExecutionPage_Query'), variables: { id: oldest.node.id } },
  };
}

/** The names of the operations above: what is judged must be known before anything is started. */
const OPERATIONS = [
  'first page',
  'first page and totalCount',
  'last page',
  'failed runs',
  'runs of a kind that there is none of',
  'runs by text',
  'home',
  'page of a run',
];

const judgementOf = (operation: string): Judgement => ({
  id: 'GROWTH',
  says: `${operation}, many runs against ${SMALL}`,
  metric: 'total',
  of: `${operation}, many`,
  to: `${operation}, ${SMALL}`,
  better: 'less',
  target: 1.2,
});

/** Growth: the same pages in an organization with a thousand runs and in one with `--rows` of them. */
export const growth: Line = {
  ids: ['GROWTH'],
  title: 'Pages in an organization with 1,000 runs and in one with many (--rows), one connection',
  metrics: METRICS,
  judgements: OPERATIONS.map(judgementOf),
  async open(bench) {
    const load = await bench.start('programs/http-load');
    const size = { agents: 50, tasks: 50, eventsPerExecution: 4 };
    const small = await bench.tenant('small', { ...size, executions: SMALL });
    const large = await bench.tenant('large', { ...size, executions: bench.rows });
    const [few, many] = [await operationsOn(bench, small), await operationsOn(bench, large)];
    const contestants: Contestant[] = [];
    for (const name of OPERATIONS) {
      contestants.push(
        await asked(bench, { name: `${name}, ${SMALL}`, load, tenant: small, operation: few[name]! }),
        await asked(bench, { name: `${name}, many`, load, tenant: large, operation: many[name]! }),
      );
    }
    return contestants;
  },
};
