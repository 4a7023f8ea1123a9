import { holdRun } from '../data/running-run.ts';
import { withCpu } from '../harness/cpu.ts';
import { type Line, STUDIO } from '../harness/line.ts';

/** A long run of an agent that writes much. */
const EVENTS = 20_000;

/** REPLAY: the whole log of a long run, to one who asks for it from its beginning. */
export const replay: Line = {
  ids: ['REPLAY'],
  title: `Replay: ${EVENTS} events of one run to one watcher over WebSocket`,
  metrics: [
    { name: 'rate', title: 'events/s', digits: 0 },
    { name: 'cpu', title: 'Node CPU µs/event', digits: 1 },
    { name: 'db', title: 'PostgreSQL CPU µs/event', digits: 1 },
    { name: 'load', title: 'load CPU µs/event', digits: 1 },
  ],
  judgements: [
    { id: 'REPLAY', says: 'events a second', metric: 'rate', to: null, better: 'more', target: 50_000 },
  ],
  async open(bench) {
    const size = { agents: 5, tasks: 5, executions: 1_000, eventsPerExecution: 6 };
    const tenant = await bench.tenant('watched', size);
    const studio = await bench.studio();
    const held = await holdRun(bench.stores.databaseUrl, tenant);
    const watchers = await bench.start('programs/watchers');
    const { executionId, organizationId } = held;
    await watchers.call('connect', { to: 'log', executionId, organizationId });
    await watchers.call('fill', EVENTS);
    const groups = {
      server: [studio.api.pid],
      db: [bench.stores.postgresPid],
      load: [watchers.pid],
    };
    return [
      {
        kind: 'studio',
        name: STUDIO,
        profiled: [studio.api],
        async measure() {
          const watching = {
            port: studio.port,
            path: '/graphql',
            watchers: 1,
            token: await studio.signIn(tenant),
            run: { globalId: held.globalId, after: held.lastSeq },
          };
          const { cpuMs, wallMs } = await withCpu(groups, () =>
            watchers.call('replay', { watching, events: EVENTS }),
          );
          return {
            rate: (EVENTS * 1000) / wallMs,
            cpu: (cpuMs.server * 1000) / EVENTS,
            db: (cpuMs.db * 1000) / EVENTS,
            load: (cpuMs.load * 1000) / EVENTS,
          };
        },
      },
    ];
  },
};
