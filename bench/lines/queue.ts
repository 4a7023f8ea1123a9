import { type Contestant, type Line, STUDIO } from '../harness/line.ts';
import type { Sample } from '../harness/rounds.ts';

const BARE = 'bare BullMQ';
const WORK = { paced: 300, drained: 3_000 };

/** T7: the doorbell. */
export const queueLine: Line = {
  ids: ['T7'],
  title: `Queue: ${WORK.paced} jobs one after the other, and ${WORK.drained} that wait, 10 at once`,
  metrics: [
    { name: 'start', title: 'add to start p50 ms', digits: 2 },
    { name: 'startP99', title: 'p99 ms', digits: 2 },
    { name: 'drain', title: 'drained jobs/s', digits: 0 },
  ],
  judgements: [
    {
      id: 'T7',
      says: 'add to start against bare BullMQ',
      metric: 'start',
      to: BARE,
      better: 'less',
      floor: 1.5,
      target: 1.2,
      moonshot: 1,
    },
    {
      id: 'T7',
      says: 'drained jobs a second against bare BullMQ',
      metric: 'drain',
      to: BARE,
      better: 'more',
      floor: 0.7,
      target: 0.9,
      moonshot: 1,
    },
  ],
  async open(bench) {
    const open = async (kind: 'floor' | 'studio', name: string, settings: string): Promise<Contestant> => {
      const program = await bench.start('programs/queue', { KIND: settings });
      return { kind, name, profiled: [program], measure: () => program.call<Sample>('measure', WORK) };
    };
    return [await open('floor', BARE, 'bare'), await open('studio', STUDIO, 'studio')];
  },
};
