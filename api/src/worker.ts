import { sweepApprovals } from './domains/approval/approval.sweep.ts';
import { followUp, type FollowUpHandlers } from './domains/execution/execution.ended.ts';
import { resumeParent } from './domains/execution/execution.children.ts';
import { sweepExecutions, SWEEP_MS } from './domains/execution/execution.sweep.ts';
import { sweepInputRequests } from './domains/input-request/input-request.settle.ts';
import { createModelPort } from './drivers/model/model-port.ts';
import { createExecutionWorker } from './engine/worker.ts';
import { readEnv } from './env.ts';
import { jobs } from './jobs.ts';
import { openMachine } from './machine.ts';
import { untilAnswered } from './platform/database.ts';
import { createEgress } from './platform/egress.ts';
import { createLogger } from './platform/logger.ts';
import { runProcess } from './platform/process.ts';
import { createQueueWorker } from './platform/queue.ts';
import { createRedis } from './platform/redis.ts';
import { startHealthServer } from './server/health.ts';

const env = readEnv();
const log = createLogger({ name: 'worker', level: env.LOG_LEVEL });

/** What follows the end of a run. */
const followUps: FollowUpHandlers = { resumeParent };

/** Process 2: drives runs. Any number of them share PostgreSQL and Redis. */
await runProcess(log, async () => {
  const { machine, redis, close } = openMachine(env, log);
  const { fetch } = createEgress({ allowPrivate: env.STUDIO_ALLOW_PRIVATE_NETWORK });
  const worker = createExecutionWorker({
    machine,
    ports: { model: createModelPort({ fetch }), mcp: machine.mcp },
  });
  const connection = createRedis({ url: env.REDIS_URL, use: 'worker', log });
  const closing = new AbortController();
  const listening = { jobs, connection, prefix: env.REDIS_PREFIX, log };
  const queues = [
    createQueueWorker({
      ...listening,
      name: 'task-execution',
      concurrency: env.WORKER_CONCURRENCY,
      handle: (job) => worker.handle(job),
    }),
    createQueueWorker({
      ...listening,
      name: 'execution-ended',
      concurrency: env.WORKER_CONCURRENCY,
      handle: (job) => untilAnswered(() => followUp(machine, followUps, job), closing.signal),
    }),
  ];
  const sweep = setInterval(() => {
    for (const sweep of [sweepExecutions, sweepApprovals, sweepInputRequests]) {
      sweep(machine).catch((error: unknown) =>
        log.warn({ err: error }, 'The sweep failed; the next one tries again'),
      );
    }
  }, SWEEP_MS);
  const health = await startHealthServer({ machine, redis, host: env.API_HOST, port: env.WORKER_PORT });
  log.info({ healthPort: health.port }, 'Worker is ready');
  return async () => {
    clearInterval(sweep);
    closing.abort();
    // The queue stops taking jobs first; then the runs are handed back, which ends the jobs it waits for.
    const isDrained = Promise.all(queues.map((queue) => queue.close()));
    await worker.close();
    await isDrained;
    await health.close();
    connection.disconnect();
    await close();
  };
});
