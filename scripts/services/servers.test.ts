import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isAlive } from './leftover.ts';
import { ensureDatabase, startPostgres, type RunningPostgres } from './postgres.ts';
import { findRedisServer } from './redis-program.ts';
import { startRedis, type RunningRedis } from './redis.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'studio-servers-'));
  await chmod(folder, 0o755); // PostgreSQL may have to run as another account
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function openPostgres(): Promise<RunningPostgres> {
  return startPostgres({
    dataDir: join(folder, 'postgres'),
    logFile: join(folder, 'postgres.log'),
    password: "odd ' / ü",
    settings: { fsync: 'off' },
  });
}

async function openRedis(): Promise<RunningRedis> {
  return startRedis({
    program: await findRedisServer(folder, () => undefined),
    dataDir: join(folder, 'redis'),
    logFile: join(folder, 'redis.log'),
    password: 'secret',
    isPersistent: true,
  });
}

async function query(postgres: RunningPostgres, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: postgres.url('studio') });
  await client.connect();
  try {
    return (await client.query(sql)).rows as unknown[];
  } finally {
    await client.end();
  }
}

describe('embedded PostgreSQL', () => {
  it('[START-3] keeps its data when the server is killed and the folder is opened again', async () => {
    const first = await openPostgres();
    await ensureDatabase(first, 'studio');
    await query(first, 'CREATE TABLE kept AS SELECT 1 AS id');
    process.kill(first.pid, 'SIGKILL');
    await first.exited;

    const second = await openPostgres();
    try {
      await ensureDatabase(second, 'studio');
      expect(await query(second, 'SELECT id FROM kept')).toEqual([{ id: 1 }]);
    } finally {
      await second.stop();
    }
  });

  it('[START-3] starts over a pid file that names a process of somebody else', async () => {
    await (await openPostgres()).stop();
    await writeFile(join(folder, 'postgres', 'postmaster.pid'), `${process.pid}\n${folder}\n`);
    const postgres = await openPostgres();
    await postgres.stop();
    expect(isAlive(process.pid)).toBe(true);
  });

  it('leaves no half-made cluster when creating it is interrupted', async () => {
    await writeFile(join(folder, 'postgres.new'), 'a draft of an earlier start');
    await (await openPostgres()).stop();
    expect(await readdir(folder)).toEqual(['postgres', 'postgres.log']);
  });

  it('ends with its log when it cannot start', async () => {
    const broken = startPostgres({
      dataDir: join(folder, 'postgres'),
      logFile: join(folder, 'postgres.log'),
      password: 'x',
      settings: { fsync: 'off', no_such_setting: '1' },
    });
    await expect(broken).rejects.toThrow('no_such_setting');
  });
});

describe('private Redis', () => {
  it('[START-3] keeps its data across restarts and never evicts', async () => {
    const first = await openRedis();
    const writer = new Redis(first.url);
    await writer.set('kept', 'yes');
    writer.disconnect();
    await first.stop();

    const second = await openRedis();
    const reader = new Redis(second.url);
    try {
      expect(await reader.get('kept')).toBe('yes');
      expect(await reader.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
    } finally {
      reader.disconnect();
      await second.stop();
    }
  });

  it('puts a data file aside that cannot be read, and starts empty', async () => {
    await (await openRedis()).stop();
    const [base] = await readdir(join(folder, 'redis', 'appendonlydir'));
    await writeFile(
      join(folder, 'redis', 'appendonlydir', base as string),
      'no append only file at all\n'.repeat(9),
    );
    const redis = await openRedis();
    await redis.stop();
    expect((await readdir(folder)).filter((name) => name.startsWith('redis.unreadable'))).toHaveLength(1);
  });
});

describe('a server whose starter is killed', () => {
  it('[START-3] ends by itself', async () => {
    const starter = spawn(
      process.execPath,
      [
        '--import',
        'tsx',
        '--input-type=module',
        '--eval',
        `import { startTemporaryPostgres, startTemporaryRedis } from './scripts/services/temporary.ts';
         const [postgres, redis] = await Promise.all([startTemporaryPostgres(), startTemporaryRedis()]);
         console.log(JSON.stringify([postgres.pid, redis.pid]));`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [line] = (await once(createInterface({ input: starter.stdout }), 'line')) as [string];
    const pids = JSON.parse(line) as number[];
    expect(pids.map(isAlive)).toEqual([true, true]);
    starter.kill('SIGKILL');
    await vi.waitFor(() => expect(pids.map(isAlive)).toEqual([false, false]), 20_000);
  });
});
