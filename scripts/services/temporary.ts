/** Servers whose data nobody needs afterwards: for tests and for checking migrations. */
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres, type RunningPostgres } from './postgres.ts';
import { findRedisServer } from './redis-program.ts';
import { startRedis, type RunningRedis } from './redis.ts';

export async function startTemporaryPostgres(
  settings: Record<string, string> = {},
): Promise<RunningPostgres> {
  const folder = await createTemporaryFolder('postgres');
  return startPostgres({
    dataDir: join(folder, 'data'),
    logFile: join(folder, 'log'),
    password: 'temporary',
    removeAfterwards: folder,
    // Safety against power loss costs time and means nothing for data that is thrown away.
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', ...settings },
  });
}

export async function startTemporaryRedis(): Promise<RunningRedis> {
  const folder = await createTemporaryFolder('redis');
  return startRedis({
    program: await findRedisServer(join(tmpdir(), 'studio-cache'), (line) => console.error(line)),
    dataDir: join(folder, 'data'),
    logFile: join(folder, 'log'),
    password: 'temporary',
    isPersistent: false,
    removeAfterwards: folder,
  });
}

/** A folder that the account of a server may enter. */
async function createTemporaryFolder(purpose: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `studio-${purpose}-`));
  await chmod(folder, 0o755);
  return folder;
}
