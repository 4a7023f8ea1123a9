import { holdRun } from '../data/running-run.ts';
import type { Published } from '../fan-out/publisher.ts';
import type { Bench } from '../harness/bench.ts';
import type { Child } from '../harness/child.ts';
import { withCpu } from '../harness/cpu.ts';
import { type Contestant, type Line, STUDIO } from '../harness/line.ts';
import type { Delivered, Watching } from '../programs/watchers.ts';

const FLOOR = 'raw ws.send';
const WATCHERS = 100;
/** What a fast model says within the 20 ms in which a worker joins pieces is one event; a tool that writes files makes many. */
const BURST = { batch: 50, ahead: 500 };
const SINGLE = { batch: 1, ahead: 50 };
/**
 * One run appends one batch at a time, so that what bounds its single events is how long a commit takes. As many runs as this
 * do not wait for one another.
 */
const RUNS = 4;
/** As far apart that nothing is joined. */
const PACE_MS = 50;

/** T4 and T5: the events of one run to all who watch it. */
export const fanOut: Line = {
  ids: ['T4', 'T5'],
  title: `Fan-out: one run, ${WATCHERS} watchers over WebSocket`,
  metrics: [
    { name: 'burst', title: `bursts of ${BURST.batch}: msgs/s`, digits: 0 },
    { name: 'burstCpu', title: 'Node CPU µs/msg', digits: 1 },
    { name: 'single', title: 'single events: msgs/s', digits: 0 },
    { name: 'singleCpu', title: 'Node CPU µs/msg', digits: 1 },
    { name: 'several', title: `single events of ${RUNS} runs: msgs/s`, digits: 0 },
    { name: 'severalCpu', title: 'Node CPU µs/msg', digits: 1 },
    { name: 'writing', title: 'an append, p50 ms', digits: 1 },
    { name: 'db', title: 'PostgreSQL CPU ms/event', digits: 2 },
    { name: 'load', title: 'load CPU µs/msg', digits: 1 },
    { name: 'paced', title: 'paced p50 ms', digits: 1 },
    { name: 'pacedTold', title: 'from the bell on, p50 ms', digits: 1 },
    { name: 'pacedP99', title: 'paced p99 ms', digits: 1 },
  ],
  judgements: [
    {
      id: 'T4',
      says: 'messages a second in bursts against ws.send',
      metric: 'burst',
      to: FLOOR,
      better: 'more',
      floor: 0.5,
      target: 5,
      moonshot: 10,
    },
    {
      id: 'T4',
      says: 'messages a second of single events against ws.send',
      metric: 'single',
      to: FLOOR,
      better: 'more',
      floor: 0.5,
      target: 1,
    },
    {
      id: 'T4',
      says: `messages a second of single events of ${RUNS} runs at once against ws.send`,
      metric: 'several',
      to: FLOOR,
      better: 'more',
      target: 1,
    },
    {
      id: 'T4',
      says: 'CPU for a message of single events, all of it, against ws.send',
      metric: 'singleCpu',
      to: FLOOR,
      better: 'less',
    },
    {
      id: 'T5',
      says: 'an event after a silence, p50 over all watchers, against ws.send',
      metric: 'paced',
      to: FLOOR,
      better: 'less',
      floor: 2,
      target: 1.2,
      moonshot: 1,
    },
    {
      id: 'T5',
      says: 'the same without the append, which ws.send has not: from the bell on',
      metric: 'pacedTold',
      to: FLOOR,
      better: 'less',
    },
  ],
  async open(bench) {
    return [
      await rival(bench, { kind: 'floor', name: FLOOR, program: 'floors/fan-out' }),
      await rival(bench, {
        kind: 'peer',
        name: 'Yoga + graphql-ws + Redis pub/sub',
        program: 'peers/yoga-subscriptions',
      }),
      await studioWatchers(bench),
    ];
  },
};

async function rival(
  bench: Bench,
  { program, ...who }: { kind: 'floor' | 'peer'; name: string; program: string },
): Promise<Contestant> {
  const server = await bench.start(program);
  const names = Array.from({ length: RUNS }, (_, n) => `${program}-${n}`);
  return watched(bench, {
    ...who,
    note: 'no log, no rights',
    server,
    to: 'redis',
    runs: names.map((name) => ({
      published: { executionId: name, organizationId: '' },
      run: { globalId: name, after: 0 },
    })),
    watching: {
      port: Number(server.told['port']),
      path: '/graphql',
      watchers: WATCHERS,
      token: null,
    },
  });
}

async function studioWatchers(bench: Bench): Promise<Contestant> {
  const tenant = await bench.tenant('watched', {
    agents: 5,
    tasks: 5,
    executions: 1_000,
    eventsPerExecution: 6,
  });
  const studio = await bench.studio();
  const runs = [];
  for (let n = 0; n < RUNS; n += 1) {
    const held = await holdRun(bench.stores.databaseUrl, tenant);
    runs.push({ published: held, run: { globalId: held.globalId, after: held.lastSeq } });
  }
  return watched(bench, {
    kind: 'studio',
    name: STUDIO,
    server: studio.api,
    to: 'log',
    runs,
    watching: {
      port: studio.port,
      path: '/graphql',
      watchers: WATCHERS,
      token: await studio.signIn(tenant),
    },
  });
}

async function watched(
  bench: Bench,
  args: Pick<Contestant, 'kind' | 'name' | 'note'> & {
    server: NonNullable<Contestant['profiled']>[number] & { pid: number };
    to: 'log' | 'redis';
    runs: readonly { published: Published; run: Watching['run'] }[];
    watching: Omit<Watching, 'run'>;
  },
): Promise<Contestant> {
  const { server, to, runs, watching, ...who } = args;
  const programs: Child[] = [];
  for (const { published, run } of runs) {
    const { executionId, organizationId } = published;
    const program = await bench.start('programs/watchers');
    await program.call('open', { ...watching, run });
    await program.call('connect', { to, executionId, organizationId });
    programs.push(program);
  }
  const [watchers] = programs as [Child];
  const groups = { server: [server.pid], db: [bench.stores.postgresPid], load: [watchers.pid] };
  const flow = async (from: readonly Child[], shape: { batch: number; ahead: number }) => {
    const { result, cpuMs } = await withCpu(groups, async () => {
      const each = await Promise.all(
        from.map((program) => program.call<Delivered>('flow', { seconds: bench.seconds, ...shape })),
      );
      const sum = (of: 'messages' | 'events') => each.reduce((total, delivered) => total + delivered[of], 0);
      const seconds = Math.max(...each.map((delivered) => delivered.seconds));
      return { ...each[0]!, seconds, messages: sum('messages'), events: sum('events') };
    });
    return {
      rate: result.messages / result.seconds,
      cpuUs: (cpuMs.server * 1000) / result.messages,
      loadUs: (cpuMs.load * 1000) / result.messages,
      dbMs: cpuMs.db / result.events,
      writingMs: result.writingMs,
    };
  };
  return {
    ...who,
    profiled: [server],
    async measure() {
      const burst = await flow([watchers], BURST);
      const single = await flow([watchers], SINGLE);
      const several = await flow(programs, SINGLE);
      const events = Math.ceil((bench.seconds * 1000) / PACE_MS);
      const paced = await watchers.call<Delivered>('pace', { events, paceMs: PACE_MS });
      return {
        burst: burst.rate,
        burstCpu: burst.cpuUs,
        single: single.rate,
        singleCpu: single.cpuUs,
        several: several.rate,
        severalCpu: several.cpuUs,
        writing: single.writingMs,
        db: single.dbMs,
        load: burst.loadUs,
        paced: paced.p50Ms,
        pacedTold: paced.p50ToldMs,
        pacedP99: paced.p99Ms,
      };
    },
  };
}
