import { holdRun } from '../data/running-run.ts';
import { withCpu } from '../harness/cpu.ts';
import { type Contestant, type Kind, type Line, STUDIO } from '../harness/line.ts';

const COPY = 'COPY';
const BATCH = 50;

/** T8: events a second into the log of one run. */
export const append: Line = {
  ids: ['T8'],
  title: `Append: events a second to one log, batches of ${BATCH} and single ones, one writer, durable`,
  metrics: [
    { name: 'rate', title: `batches of ${BATCH}: events/s`, digits: 0 },
    { name: 'cpu', title: 'Node CPU µs/event', digits: 1 },
    { name: 'db', title: 'PostgreSQL CPU µs/event', digits: 1 },
    { name: 'single', title: 'single: events/s', digits: 0 },
  ],
  judgements: [
    {
      id: 'T8',
      says: 'events a second against COPY',
      metric: 'rate',
      to: COPY,
      better: 'more',
      floor: 0.2,
      target: 0.5,
      moonshot: 0.7,
    },
    { id: 'T8', says: 'single events against COPY of one', metric: 'single', to: COPY, better: 'more' },
  ],
  async open(bench) {
    const tenant = await bench.tenant('appended', {
      agents: 5,
      tasks: 5,
      executions: 1_000,
      eventsPerExecution: 6,
    });
    const open = async (kind: Kind, name: string, way: string, note?: string): Promise<Contestant> => {
      const run = await holdRun(bench.stores.databaseUrl, tenant);
      const program = await bench.start('programs/append');
      const groups = { cpu: [program.pid], db: [bench.stores.postgresPid] };
      const go = (batch: number) =>
        withCpu(groups, () => program.call<number>('append', { way, run, batch, seconds: bench.seconds }));
      return {
        kind,
        name,
        note,
        profiled: [program],
        async measure() {
          const many = await go(BATCH);
          const single = await go(1);
          return {
            rate: (many.result * 1000) / many.wallMs,
            cpu: (many.cpuMs.cpu * 1000) / many.result,
            db: (many.cpuMs.db * 1000) / many.result,
            single: (single.result * 1000) / single.wallMs,
          };
        },
      };
    };
    const note = 'no fence, no number of its own';
    return [
      await open('floor', COPY, 'copy', note),
      await open('peer', 'Prisma createMany', 'createMany', note),
      await open('studio', STUDIO, 'studio'),
    ];
  },
};
