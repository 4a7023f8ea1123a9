import { Queue, type ConnectionOptions, type JobsOptions, type Processor, Worker } from 'bullmq';
import { z } from 'zod';
import type { Logger } from './logger.ts';
import type { Redis } from './redis.ts';

/**
 * The queues. A job carries ids only and may be lost, repeated or late without harm: the row decides, the job wakes.
 */
export const jobSchemas = {
  'task-execution': z.object({ executionId: z.string() }),
} as const;

export type QueueName = keyof typeof jobSchemas;
export type JobData<N extends QueueName> = z.infer<(typeof jobSchemas)[N]>;

export interface Queues {
  /** Throws while Redis is away; callers log it, and the sweep rings again. */
  add<N extends QueueName>(
    name: N,
    data: JobData<N>,
    options: JobsOptions & { jobId: string },
  ): Promise<void>;
  close(): Promise<void>;
}

/** Finished jobs are removed, so that a job id can be used again. */
const JOB_DEFAULTS: JobsOptions = { removeOnComplete: true, removeOnFail: { count: 100 }, attempts: 1 };

export function createQueues(options: { connection: Redis; prefix: string; log: Logger }): Queues {
  const queues = new Map<QueueName, Queue>();
  const queueOf = (name: QueueName) => {
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
    async add(name, data, jobOptions) {
      if (options.connection.status !== 'ready') throw new Error('Redis is away');
      await queueOf(name).add(name, jobSchemas[name].parse(data), jobOptions);
    },
    async close() {
      await Promise.all([...queues.values()].map((queue) => queue.close()));
    },
  };
}

/** BullMQ's own lock is only a hint here: the lease and the fence in PostgreSQL decide who drives a run. */
const LOCK_MS = 6_000;

export function createQueueWorker<N extends QueueName>(options: {
  name: N;
  connection: Redis;
  prefix: string;
  concurrency: number;
  log: Logger;
  handle: (data: JobData<N>) => Promise<void>;
}): Worker {
  const process: Processor = async (job) =>
    options.handle(jobSchemas[options.name].parse(job.data) as JobData<N>);
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
