import { Queue, type ConnectionOptions, type JobsOptions, type Processor, Worker } from 'bullmq';
import type { z } from 'zod';
import type { Logger } from './logger.ts';
import type { Redis } from './redis.ts';

/** What the jobs of each queue carry: ids only. A job may be lost, repeated or late without harm. */
export type JobSchemas = Readonly<Record<string, z.ZodType>>;
type NameOf<J extends JobSchemas> = keyof J & string;

export interface Queues<J extends JobSchemas> {
  /**
   * Of jobs with one `key` at most one waits; one that is added while another is being worked off comes after it, so that
   * a bell is never swallowed. Throws while Redis is away; callers log it, and the sweep rings again.
   */
  add<N extends NameOf<J>>(
    name: N,
    data: z.infer<J[N]>,
    options: { key: string; priority?: number },
  ): Promise<void>;
  close(): Promise<void>;
}

/** A job that has ended is gone, failed ones too: whether something is still to be done, the rows know. */
const JOB_DEFAULTS: JobsOptions = { removeOnComplete: true, removeOnFail: true, attempts: 1 };

export function createQueues<J extends JobSchemas>(options: {
  jobs: J;
  connection: Redis;
  prefix: string;
  log: Logger;
}): Queues<J> {
  const queues = new Map<string, Queue>();
  const queueOf = (name: string) => {
    let queue = queues.get(name);
    if (!queue) {
      queue = new Queue(name, {
        connection: options.connection as ConnectionOptions,
        prefix: options.prefix,
        defaultJobOptions: JOB_DEFAULTS,
        skipVersionCheck: true,
      });
      queue.on('error', (error) => options.log.warn({ err: error, queue: name }, 'Queue trouble'));
      queues.set(name, queue);
    }
    return queue;
  };
  return {
    async add(name, data, { key, ...jobOptions }) {
      if (options.connection.status !== 'ready') throw new Error('Redis is away');
      await queueOf(name).add(name, options.jobs[name]!.parse(data), {
        ...jobOptions,
        deduplication: { id: key, keepLastIfActive: true },
      });
    },
    async close() {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
  };
}

/** BullMQ's own lock is only a hint here: the lease and the fence in PostgreSQL decide who drives a run. */
const LOCK_MS = 6_000;

export function createQueueWorker<J extends JobSchemas, N extends NameOf<J>>(options: {
  jobs: J;
  name: N;
  connection: Redis;
  prefix: string;
  concurrency: number;
  log: Logger;
  handle: (data: z.infer<J[N]>) => Promise<void>;
}): Worker {
  const process: Processor = async (job) =>
    options.handle(options.jobs[options.name]!.parse(job.data) as z.infer<J[N]>);
  const worker = new Worker(options.name, process, {
    connection: options.connection as ConnectionOptions,
    prefix: options.prefix,
    concurrency: options.concurrency,
    lockDuration: LOCK_MS,
    stalledInterval: 2_000,
    // The database counts how often a run was recovered; BullMQ must not give up before it does.
    maxStalledCount: 1_000,
    skipVersionCheck: true,
  });
  worker.on('error', (error) =>
    options.log.warn({ err: error, queue: options.name }, 'Queue worker trouble'),
  );
  worker.on('failed', (job, error) =>
    options.log.error({ err: error, queue: options.name, jobId: job?.id }, 'A job failed'),
  );
  return worker;
}
