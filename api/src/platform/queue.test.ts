import { afterAll, expect, it } from 'vitest';
import { z } from 'zod';
import { openTestMachine } from '../../test/setup/machine.ts';
import { createQueues, createQueueWorker } from './queue.ts';
import { createRedis } from './redis.ts';

const { machine, redis, env } = await openTestMachine();
const jobs = { bell: z.object({ id: z.string() }) };
const common = { jobs, prefix: env.REDIS_PREFIX, log: machine.log };
const queues = createQueues({ ...common, connection: redis });
afterAll(() => queues.close());

/** Works the bells off with `handle` until the file ends. */
function listen(handle: (data: { id: string }) => Promise<void>) {
  const connection = createRedis({ url: env.REDIS_URL, use: 'worker', log: machine.log });
  const worker = createQueueWorker({ ...common, name: 'bell', connection, concurrency: 5, handle });
  afterAll(async () => {
    await worker.close();
    connection.disconnect();
  });
}

it('[EXE-6] swallows no bell: after a job that failed, and while one is being worked off', async () => {
  const heard: string[] = [];
  let finish: () => void = () => undefined;
  listen(async ({ id }) => {
    heard.push(id);
    if (id === 'throws' && heard.length === 1) throw new Error('The claim threw');
    if (id === 'works' && !heard.slice(0, -1).includes('works'))
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
  });
  const ring = (id: string) => queues.add('bell', { id }, { key: id });

  await ring('throws');
  await expect.poll(() => heard).toEqual(['throws']);
  await expect
    .poll(async () => {
      await ring('throws');
      return heard.length;
    })
    .toBeGreaterThan(1);

  await ring('works');
  await expect.poll(() => heard.filter((id) => id === 'works')).toHaveLength(1);
  await ring('works');
  await ring('works');
  finish();
  await expect.poll(() => heard.filter((id) => id === 'works')).toHaveLength(2);
});
