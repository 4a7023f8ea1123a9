/** A queue with its producer and its worker in one process: bare BullMQ, or the product's own way of using it. */
import { setTimeout as delay } from 'node:timers/promises';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { jobs } from '../../api/src/jobs.ts';
import { createLogger } from '../../api/src/platform/logger.ts';
import { createQueues, createQueueWorker } from '../../api/src/platform/queue.ts';
import { announce, answer } from '../harness/calls.ts';
import { required } from '../harness/required.ts';
import { quantile } from '../harness/statistics.ts';

const PREFIX = `bench-${required('KIND')}`;
const CONCURRENCY = 10;
/** Jobs that are added at once, as so many requests would. */
const ADDING = 50;

interface Jobs {
  add(id: string): Promise<void>;
  work(handle: (id: string) => void): { close(): Promise<void> };
}

const connect = () => new Redis(required('REDIS_URL'), { maxRetriesPerRequest: null });

function bare(): Jobs {
  const defaultJobOptions = { removeOnComplete: true, removeOnFail: true };
  const queue = new Queue('runs', { connection: connect(), prefix: PREFIX, defaultJobOptions });
  return {
    add: async (id) => void (await queue.add('run', { executionId: id })),
    work: (handle) =>
      new Worker<{ executionId: string }>('runs', async ({ data }) => handle(data.executionId), {
        connection: connect(),
        prefix: PREFIX,
        concurrency: CONCURRENCY,
      }),
  };
}

function studio(): Jobs {
  const log = createLogger({ name: 'bench', level: 'warn' });
  const queues = createQueues({ jobs, connection: connect(), prefix: PREFIX, log });
  return {
    add: (id) => queues.add('task-execution', { executionId: id }, { key: id, priority: 3 }),
    work: (handle) =>
      createQueueWorker({
        jobs,
        name: 'task-execution',
        connection: connect(),
        prefix: PREFIX,
        concurrency: CONCURRENCY,
        log,
        handle: async ({ executionId }) => handle(executionId),
      }),
  };
}

const queue = required('KIND') === 'bare' ? bare() : studio();

answer({
  async measure(args: { paced: number; drained: number }) {
    const startedBy = new Map<string, () => void>();
    let left = args.drained;
    let done = () => {};
    const isDrained = new Promise<void>((resolve) => (done = resolve));
    let worker = queue.work((id) => startedBy.get(id)?.());
    // It has to wait for jobs before the first is added.
    await delay(300);
    const latencies: number[] = [];
    for (let n = 0; n < args.paced; n += 1) {
      const id = crypto.randomUUID();
      const addedAt = performance.now();
      const isStarted = new Promise<void>((resolve) => startedBy.set(id, resolve));
      await Promise.all([queue.add(id), isStarted.then(() => latencies.push(performance.now() - addedAt))]);
    }
    await worker.close();
    const ids = Array.from({ length: args.drained }, () => crypto.randomUUID());
    while (ids.length > 0) await Promise.all(ids.splice(0, ADDING).map((id) => queue.add(id)));
    const startedAt = performance.now();
    worker = queue.work(() => {
      left -= 1;
      if (left === 0) done();
    });
    await isDrained;
    const seconds = (performance.now() - startedAt) / 1000;
    await worker.close();
    return {
      start: quantile(latencies, 0.5),
      startP99: quantile(latencies, 0.99),
      drain: args.drained / seconds,
    };
  },
});
announce();
