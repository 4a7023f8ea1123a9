import { afterAll, describe, expect, it } from 'vitest';
import { contextOf } from '../context.ts';
import { openTestMachine } from '../../../test/setup/machine.ts';
import { seedSimulatedAgent, seedViewer } from '../../../test/setup/run.ts';
import { answer, scriptModel } from '../../../test/setup/scripted-model.ts';
import { jobs } from '../../jobs.ts';
import { createQueueWorker } from '../../platform/queue.ts';
import { createRedis } from '../../platform/redis.ts';
import { claimExecution } from './execution.claim.ts';
import { cancelExecution, finishExecution } from './execution.lifecycle.ts';
import { runAgent } from './execution.service.ts';
import { sweepExecutions } from './execution.sweep.ts';
import { createExecutionWorker } from '../../engine/worker.ts';

const { machine, env } = await openTestMachine();
const viewer = await seedViewer(machine);
const ctx = contextOf(machine, viewer);

/** A worker on the real queue, whose model answers everything. */
function startWorker() {
  const connection = createRedis({ url: env.REDIS_URL, use: 'worker', log: machine.log });
  const worker = createExecutionWorker({
    machine,
    ports: {
      model: { stream: (...request) => scriptModel(answer('Done.')).stream(...request) },
      mcp: machine.mcp,
    },
  });
  const listening = { jobs, connection, prefix: env.REDIS_PREFIX, concurrency: 5, log: machine.log };
  const queues = [
    createQueueWorker({ ...listening, name: 'task-execution', handle: (job) => worker.handle(job) }),
  ];
  afterAll(async () => {
    await worker.close();
    await Promise.all(queues.map((queue) => queue.close()));
    connection.disconnect();
  });
}

const statuses = async (ids: string[]) =>
  (await machine.db.taskExecution.findMany({ where: { id: { in: ids } }, select: { status: true } })).map(
    ({ status }) => status,
  );

describe('the sweep', () => {
  it('[EXE-6] offers the slot of a run that ended to the next when nobody was told', async () => {
    const { agentId } = await seedSimulatedAgent(machine, viewer, { maxConcurrency: 1 });
    const rung: string[] = [];
    const add: typeof machine.queues.add = async (_name, data) => void rung.push(data.executionId);
    const listened = { ...machine, queues: { ...machine.queues, add } };
    const start = (prompt: string) => runAgent(contextOf(listened, viewer), { agentId, prompt });
    const { executionId: first } = await start('First.');
    const { executionId: next } = await start('Next.');
    const claim = await claimExecution(listened, { executionId: first, owner: 'test' });
    if (claim.status !== 'CLAIMED') throw new Error(claim.status);
    const crashed = {
      ...machine,
      queues: { ...machine.queues, add: () => Promise.reject(new Error('lost')) },
    };
    rung.length = 0;
    await sweepExecutions(listened);
    expect(rung).not.toContain(next);
    await finishExecution(crashed, {
      executionId: first,
      fence: claim.execution.fence,
      outcome: { status: 'COMPLETED', output: 'done' },
      events: [],
    });
    await sweepExecutions(listened);
    expect(rung).toContain(next);
    await cancelExecution(crashed, { executionId: next, cancelledById: null });
  });

  it('[EXE-6] rings again for every run whose job Redis has lost, and each runs once', async () => {
    const { agentId } = await seedSimulatedAgent(machine, viewer, { maxConcurrency: 3 });
    const deaf = { ...ctx, queues: { ...machine.queues, add: () => Promise.reject(new Error('lost')) } };
    const runs = await Promise.all(
      Array.from({ length: 8 }, (_, index) => runAgent(deaf, { agentId, prompt: `Run ${index}` })),
    );
    const ids = runs.map(({ executionId }) => executionId);
    startWorker();
    expect(await statuses(ids)).toEqual(Array.from({ length: 8 }, () => 'QUEUED'));
    // Three at a time; each that ends rings for the next.
    expect(await sweepExecutions(machine)).toBe(3);
    await expect
      .poll(() => statuses(ids), { timeout: 20_000 })
      .toEqual(Array.from({ length: 8 }, () => 'COMPLETED'));
    const starts = await machine.db.executionEvent.groupBy({
      by: ['executionId'],
      where: { executionId: { in: ids }, payload: { path: ['status'], equals: 'RUNNING' } },
      _count: true,
    });
    expect(starts.map(({ _count }) => _count)).toEqual(Array.from({ length: 8 }, () => 1));
  });

  it('[ORG-3] lets no organization wait for the long queue of another, and rings for no busy agent', async () => {
    const rung: string[] = [];
    const add: typeof machine.queues.add = async (name, data) => {
      if (name === 'task-execution') rung.push(data.executionId);
    };
    const listened = { ...machine, queues: { ...machine.queues, add } };
    const [crowd, lone] = await Promise.all([seedViewer(machine), seedViewer(machine)]);
    const busy = await seedSimulatedAgent(machine, crowd, { maxConcurrency: 2 });
    const { executionId: template } = await runAgent(contextOf(listened, crowd), { ...busy, prompt: 'Old.' });
    await machine.sql.query(
      `INSERT INTO "TaskExecution" SELECT (jsonb_populate_record(e, jsonb_build_object(
         'id', gen_random_uuid()::text, 'createdAt', now() - interval '1 day'))).*
       FROM "TaskExecution" e, generate_series(1, 600) WHERE e."id" = $1`,
      [template],
    );
    const { agentId } = await seedSimulatedAgent(machine, lone);
    const { executionId } = await runAgent(contextOf(listened, lone), { agentId, prompt: 'New.' });
    rung.length = 0;
    await sweepExecutions(listened);
    expect(rung).toContain(executionId);
    expect(rung).toHaveLength(3);
  });
});
