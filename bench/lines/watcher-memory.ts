import { holdRun } from '../data/running-run.ts';
import type { Child } from '../harness/child.ts';
import { type Contestant, type Line, STUDIO } from '../harness/line.ts';
import type { Watching } from '../programs/watchers.ts';

const PEER = 'Yoga + graphql-ws + Redis pub/sub';
/** Enough that what one of them takes stands out of what a heap holds anyway. */
const WATCHERS = 500;

/** T6: what one more watcher of a run takes, and one more socket that only stays open. */
export const watcherMemory: Line = {
  ids: ['T6'],
  title: `Memory: ${WATCHERS} more watchers of one run, and ${WATCHERS} sockets that only stay open`,
  metrics: [
    { name: 'watcher', title: 'heap KiB a watcher', digits: 1 },
    { name: 'watcherRss', title: 'resident KiB a watcher', digits: 1 },
    { name: 'idle', title: 'heap KiB an idle socket', digits: 1 },
  ],
  judgements: [
    {
      id: 'T6',
      says: 'heap for a further watcher, KiB',
      metric: 'watcher',
      to: null,
      better: 'less',
      floor: 30,
      target: 15,
      moonshot: 11,
    },
    { id: 'T6', says: 'against the peer', metric: 'watcher', to: PEER, better: 'less' },
  ],
  async open(bench) {
    const floor = await bench.start('floors/fan-out');
    const peer = await bench.start('peers/yoga-subscriptions');
    const tenant = await bench.tenant('watched', {
      agents: 5,
      tasks: 5,
      executions: 1_000,
      eventsPerExecution: 6,
    });
    const studio = await bench.studio();
    const held = await holdRun(bench.stores.databaseUrl, tenant);
    const watchers = await bench.start('programs/watchers');
    const contestant = (
      who: Pick<Contestant, 'kind' | 'name' | 'note'>,
      server: Child,
      watching: () => Promise<Omit<Watching, 'path' | 'watchers'>>,
    ): Contestant => ({
      ...who,
      async measure() {
        const grow = async (run: Watching['run']) => {
          const before = await server.call<NodeJS.MemoryUsage>('memory');
          await watchers.call('open', {
            ...(await watching()),
            run,
            path: '/graphql',
            watchers: WATCHERS,
          });
          // What they asked for has been answered when the next question is.
          await watchers.call('rest');
          const after = await server.call<NodeJS.MemoryUsage>('memory');
          await watchers.call('close');
          await watchers.call('rest');
          const kib = (key: 'heapUsed' | 'rss') => (after[key] - before[key]) / 1024 / WATCHERS;
          return { heap: kib('heapUsed'), rss: kib('rss') };
        };
        const { run } = await watching();
        const watched = await grow(run);
        const idle = await grow(null);
        return { watcher: watched.heap, watcherRss: watched.rss, idle: idle.heap };
      },
    });
    const plain = (server: Child) => async () => ({
      port: Number(server.told['port']),
      token: null,
      run: { globalId: 'memory', after: 0 },
    });
    const note = 'no log, no rights';
    return [
      contestant({ kind: 'floor', name: 'raw ws', note }, floor, plain(floor)),
      contestant({ kind: 'peer', name: PEER, note }, peer, plain(peer)),
      contestant({ kind: 'studio', name: STUDIO }, studio.api, async () => ({
        port: studio.port,
        token: await studio.signIn(tenant),
        run: { globalId: held.globalId, after: held.lastSeq },
      })),
    ];
  },
};
