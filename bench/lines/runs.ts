import { setTimeout as delay } from 'node:timers/promises';
import type { Tenant } from '../data/tenant.ts';
import type { Bench } from '../harness/bench.ts';
import type { Child } from '../harness/child.ts';
import { withCpu } from '../harness/cpu.ts';
import { type Contestant, type Line, STUDIO } from '../harness/line.ts';
import { describeStatements, recordStatements } from '../harness/statements.ts';
import type { Latencies, Opening } from '../programs/runners.ts';
import { LONG_PROMPT, SHORT_PROMPT } from '../runs/reply.ts';

const WITHOUT_LOG = 'BullMQ and a socket, no log';
const ROW_PER_PIECE = 'BullMQ, a row per piece, a socket';
const BARE = 'no rights, no plan, no audit';
/** Runs of one sequence. Each is a person who waits, so nothing else is under way. */
const SEQUENCE = 30;
const IN_FLIGHT = 20;
const COUNTED_RUNS = 20;

/** Who can be told to run a prompt. */
interface Runner {
  kind: 'floor' | 'studio';
  name: string;
  note?: string;
  runners: Child;
  processes: readonly Child[];
}

async function openRunners(bench: Bench): Promise<{ all: Runner[]; tenant: Tenant }> {
  const tenant = await bench.tenant('runs', {
    agents: 20,
    tasks: 5,
    executions: 1_000,
    eventsPerExecution: 6,
  });
  return {
    tenant,
    all: [
      await openFloor(bench, WITHOUT_LOG, 'none'),
      await openFloor(bench, ROW_PER_PIECE, 'rows'),
      await openStudio(bench, tenant),
    ],
  };
}

async function openFloor(bench: Bench, name: string, log: 'none' | 'rows'): Promise<Runner> {
  const settings = { NAME: log, LOG: log };
  const server = await bench.start('floors/run-server', settings);
  const worker = await bench.start('floors/run-worker', settings);
  const runners = await bench.start('programs/runners');
  await runners.call('open', { port: Number(server.told['port']), studio: null } satisfies Opening);
  return { kind: 'floor', name, note: BARE, runners, processes: [server, worker] };
}

async function openStudio(bench: Bench, tenant: Tenant): Promise<Runner> {
  const studio = await bench.studio();
  const { agents } = await studio.send<{ agents: { edges: { node: { id: string } }[] } }>(
    tenant,
    'query Bench_AgentIds { agents(first: 100) { edges { node { id } } } }',
  );
  const runners = await bench.start('programs/runners');
  const agentIds = agents.edges.map(({ node }) => node.id);
  const token = await studio.signIn(tenant);
  await runners.call('open', { port: studio.port, studio: { token, agentIds } } satisfies Opening);
  return { kind: 'studio', name: STUDIO, runners, processes: [studio.api, studio.worker] };
}

/** T9 and T10: what somebody waits for who sends a prompt. */
export const firstToken: Line = {
  ids: ['T9', 'T10'],
  title: 'Prompt to first output: one run at a time, the simulated model without pauses',
  metrics: [
    { name: 'answered', title: 'answered p50 ms', digits: 1 },
    { name: 'first', title: 'first output p50 ms', digits: 1 },
    { name: 'firstP95', title: 'first output p95 ms', digits: 1 },
    { name: 'twentieth', title: '20th word p50 ms', digits: 1 },
    { name: 'end', title: 'end p50 ms', digits: 1 },
  ],
  judgements: [
    {
      id: 'T9',
      says: 'first output over the direct call of the driver, p50 ms',
      metric: 'overDirect',
      to: null,
      better: 'less',
      floor: 12,
      target: 8,
      moonshot: 5,
    },
    {
      id: 'T9',
      says: 'first output over the direct call of the driver, p95 ms',
      metric: 'overDirectP95',
      to: null,
      better: 'less',
      floor: 25,
      target: 18,
      moonshot: 10,
    },
    {
      id: 'T10',
      says: 'the 20th word against a queue and a socket without a log',
      metric: 'twentieth',
      to: WITHOUT_LOG,
      better: 'less',
      floor: 2,
      target: 1.3,
      moonshot: 1.1,
    },
  ],
  async open(bench) {
    const { all } = await openRunners(bench);
    return all.map(({ runners, processes, ...who }): Contestant => ({
      ...who,
      profiled: processes,
      async measure() {
        const sequence = { runs: SEQUENCE, prompt: LONG_PROMPT };
        const direct = await runners.call<number>('direct', sequence);
        const latencies = await runners.call<Latencies>('sequence', sequence);
        return {
          answered: latencies.answeredP50,
          first: latencies.firstP50,
          firstP95: latencies.firstP95,
          twentieth: latencies.twentiethP50,
          end: latencies.endP50,
          overDirect: latencies.firstP50 - direct,
          overDirectP95: latencies.firstP95 - direct,
        };
      },
    }));
  },
};

/** What a run costs: the shortest one there is, many at once. */
export const shortRuns: Line = {
  ids: ['RUNS'],
  title: `Short runs: one word each, ${IN_FLIGHT} under way at once`,
  metrics: [
    { name: 'rate', title: 'runs/s', digits: 1 },
    { name: 'end', title: 'end p50 ms', digits: 0 },
    { name: 'server', title: 'server CPU ms/run', digits: 1 },
    { name: 'worker', title: 'worker CPU ms/run', digits: 1 },
    { name: 'db', title: 'PostgreSQL CPU ms/run', digits: 1 },
    { name: 'statements', title: 'SQL statements/run', digits: 1 },
    { name: 'transactions', title: 'transactions/run', digits: 1 },
  ],
  judgements: [
    { id: 'RUNS', says: 'short runs a second', metric: 'rate', to: null, better: 'more', target: 40 },
    { id: 'RUNS', says: 'against a row per piece', metric: 'rate', to: ROW_PER_PIECE, better: 'more' },
    {
      id: 'RUNS',
      says: 'SQL statements a run',
      metric: 'statements',
      to: null,
      better: 'less',
      target: 12,
    },
    { id: 'RUNS', says: 'transactions a run', metric: 'transactions', to: null, better: 'less', target: 5 },
  ],
  async open(bench) {
    const { all } = await openRunners(bench);
    const counted = new Map<Runner, Counted>();
    for (const runner of all) counted.set(runner, await countStatements(bench, runner));
    return all.map((runner): Contestant => {
      const { runners, processes, ...who } = runner;
      const [server, worker] = processes.map(({ pid }) => pid);
      const groups = { server: [server!], worker: [worker!], db: [bench.stores.postgresPid] };
      return {
        ...who,
        profiled: processes,
        details: counted.get(runner)!.details,
        async measure() {
          const { result, cpuMs } = await withCpu(groups, () =>
            runners.call<{ runs: number; seconds: number; endP50: number }>('throng', {
              seconds: bench.seconds,
              inFlight: IN_FLIGHT,
              prompt: SHORT_PROMPT,
            }),
          );
          return {
            rate: result.runs / result.seconds,
            end: result.endP50,
            server: cpuMs.server / result.runs,
            worker: cpuMs.worker / result.runs,
            db: cpuMs.db / result.runs,
            statements: counted.get(runner)!.statements,
            transactions: counted.get(runner)!.transactions,
          };
        },
      };
    });
  },
};

interface Counted {
  statements: number;
  transactions: number;
  details: string;
}

/** One after the other, less what is asked anyway in as much time. */
async function countStatements(bench: Bench, { name, runners }: Runner): Promise<Counted> {
  const sequence = { runs: COUNTED_RUNS, prompt: SHORT_PROMPT };
  // The first run of a process looks up what the next ones know.
  await runners.call('sequence', { ...sequence, runs: 3 });
  const startedAt = performance.now();
  const busy = await recordStatements(bench.stores, () => runners.call('sequence', sequence));
  const tookMs = performance.now() - startedAt;
  const idle = await recordStatements(bench.stores, () => delay(tookMs));
  return {
    statements: (busy.texts.length - idle.texts.length) / COUNTED_RUNS,
    transactions: (busy.transactions - idle.transactions) / COUNTED_RUNS,
    details: `### Statements of a run: ${name}\n\n${describeStatements(busy, COUNTED_RUNS)}`,
  };
}
