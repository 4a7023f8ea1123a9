import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, expect, it } from 'vitest';
import { contextOf } from '../src/domains/context.ts';
import { runAgent } from '../src/domains/execution/execution.service.ts';
import { untilAnswered } from '../src/platform/database.ts';
import { openTestMachine, TEST_KEY } from './setup/machine.ts';
import { seedSimulatedAgent, seedViewer } from './setup/run.ts';

/** Between two cuts. */
const CUT_MS = 2_000;
/** How often all connections are cut while the runs are at work: STUDIO_TEST_CUTS=15 gives half a minute of it. */
const CUTS = Number(process.env['STUDIO_TEST_CUTS'] ?? 4);

const { machine, env } = await openTestMachine();
const patient = new AbortController().signal;

/** A worker as it runs in production: a process of its own, ended after the last test. */
function spawnWorker(): ChildProcess {
  const worker = spawn(process.execPath, ['--import', 'tsx', 'api/src/worker.ts'], {
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'test',
      DATABASE_URL: env.DATABASE_URL,
      REDIS_URL: env.REDIS_URL,
      REDIS_PREFIX: env.REDIS_PREFIX,
      STUDIO_ENCRYPTION_KEY: TEST_KEY,
      STUDIO_DATA_DIR: env.STUDIO_DATA_DIR,
      STUDIO_ALLOW_PRIVATE_NETWORK: 'true',
      LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  afterAll(async () => {
    if (worker.exitCode !== null) return;
    const isGone = once(worker, 'exit');
    worker.kill('SIGTERM');
    await isGone;
  });
  return worker;
}

const workers = [spawnWorker(), spawnWorker()];

const isAlive = (worker: ChildProcess) => worker.exitCode === null && worker.signalCode === null;

/** Cuts everybody off, those that are idle in a transaction too. */
async function cutConnections(): Promise<void> {
  const client = new pg.Client({ connectionString: env.DATABASE_URL });
  await client.connect();
  await client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  );
  await client.end();
}

/** Starts runs of `organizations` new tenants; every `nth` of them is streamed for `seconds`. */
async function startRuns(options: {
  organizations: number;
  streamed: number;
  quick: number;
  seconds: number;
}) {
  const tenants = await Promise.all(
    Array.from({ length: options.organizations }, async () => {
      const viewer = await seedViewer(machine);
      return {
        ctx: contextOf(machine, viewer),
        ...(await seedSimulatedAgent(machine, viewer, { maxConcurrency: 10 })),
      };
    }),
  );
  const ids: string[] = [];
  for (let index = 0; index < options.streamed + options.quick; index += 1) {
    const { ctx, agentId } = tenants[index % tenants.length]!;
    const manner = index < options.streamed ? `[[long:${options.seconds}]]` : '[[pace:0]]';
    const { executionId } = await runAgent(ctx, { agentId, prompt: `Run ${index}. [[notools]] ${manner}` });
    ids.push(executionId);
  }
  return ids;
}

const countByStatus = async (ids: string[]) => {
  const rows = await untilAnswered(
    () => machine.db.taskExecution.groupBy({ by: ['status'], where: { id: { in: ids } }, _count: true }),
    patient,
  );
  return Object.fromEntries(rows.map(({ status, _count }) => [status, _count]));
};

/** Runs whose log has a hole, or another number of terminal events than one, which is the last. */
async function findFaultyLogs(ids: string[]): Promise<string[]> {
  const { rows } = await machine.sql.query<{ id: string }>(
    `SELECT e."id" FROM "TaskExecution" e
     LEFT JOIN LATERAL (
       SELECT count(*) AS events, max("seq") AS last, min("seq") AS first,
              count(*) FILTER (WHERE "type" = 'STATUS_CHANGED' AND "payload"->>'status' = 'COMPLETED') AS ends,
              max("seq") FILTER (WHERE "type" = 'STATUS_CHANGED' AND "payload"->>'status' = 'COMPLETED') AS "endsAt"
       FROM "ExecutionEvent" WHERE "executionId" = e."id"
     ) log ON true
     WHERE e."id" = ANY($1)
       AND NOT (first = 1 AND events = last AND last = e."lastSeq" AND ends = 1 AND "endsAt" = last)`,
    [ids],
  );
  return rows.map(({ id }) => id);
}

it('[EXE-6] loses no run while every connection to the database is cut again and again', async () => {
  const ids = await startRuns({
    organizations: 3,
    streamed: 20,
    quick: 100,
    seconds: Math.ceil((CUTS * CUT_MS) / 1_000),
  });
  for (let cut = 0; cut < CUTS; cut += 1) {
    await delay(CUT_MS);
    await cutConnections();
  }
  await expect.poll(() => countByStatus(ids), { timeout: 90_000, interval: 500 }).toEqual({ COMPLETED: 120 });
  expect(await findFaultyLogs(ids)).toEqual([]);
  expect(workers.map(isAlive)).toEqual([true, true]);
}, 240_000);

it('[EXE-1] completes 300 short runs, though the machine is busy', async () => {
  const ids = await startRuns({ organizations: 3, streamed: 0, quick: 300, seconds: 0 });
  await expect
    .poll(() => countByStatus(ids), { timeout: 120_000, interval: 500 })
    .toEqual({ COMPLETED: 300 });
  expect(await findFaultyLogs(ids)).toEqual([]);
}, 240_000);
