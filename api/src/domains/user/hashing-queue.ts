import { availableParallelism } from 'node:os';
import { RateLimitedError } from '../../platform/errors.ts';
import { Turns } from '../../platform/turns.ts';

/** Hashing takes about 20 ms of a core; one core is left for everybody else. */
const LANES = Math.max(1, availableParallelism() - 1);
/** About a second of work. Whoever comes later would wait longer than a person does, and only add to the heap. */
const MOST_WAITING = 50 * LANES;
const RETRY_SECONDS = 2;

export interface HashingQueue {
  /** Waits for a turn; throws RATE_LIMITED at once when too many wait already. */
  run<T>(work: () => Promise<T>): Promise<T>;
}

export function createHashingQueue({ lanes = LANES, mostWaiting = MOST_WAITING } = {}): HashingQueue {
  const turns = new Turns(lanes);
  return {
    async run(work) {
      if (!turns.isFree && turns.waiting >= mostWaiting)
        throw new RateLimitedError(RETRY_SECONDS, 'Too many people sign in at this moment.');
      const end = await turns.take();
      try {
        return await work();
      } finally {
        end?.();
      }
    },
  };
}
