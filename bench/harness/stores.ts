import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deployMigrations } from '../../prisma/migrate.ts';
import { ensureDatabase, startPostgres } from '../../scripts/services/postgres.ts';
import { startRedis } from '../../scripts/services/redis.ts';
import { findRedisServer } from '../../scripts/services/redis-program.ts';

const DATABASE = 'studio';

export interface Stores {
  databaseUrl: string;
  redisUrl: string;
  /** Of the servers themselves; what they start is counted with them. */
  postgresPid: number;
  redisPid: number;
  postgresLog: string;
  /** For files of the product. */
  folder: string;
  stop(): Promise<void>;
}

/**
 * PostgreSQL and Redis as `npm start` runs them, durable as there: what a commit costs belongs to the measurement. Only
 * there are connections enough for everybody who is measured.
 */
export async function openStores(): Promise<Stores> {
  const folder = await mkdtemp(join(tmpdir(), 'studio-bench-'));
  // The account of the database must be able to enter.
  await chmod(folder, 0o755);
  const postgresLog = join(folder, 'postgres.log');
  const postgres = await startPostgres({
    dataDir: join(folder, 'postgres', 'data'),
    logFile: postgresLog,
    password: 'temporary',
    settings: { max_connections: '300' },
    removeAfterwards: join(folder, 'postgres'),
  });
  const redis = await startRedis({
    program: await findRedisServer(join(tmpdir(), 'studio-cache'), (line) => console.error(line)),
    dataDir: join(folder, 'redis', 'data'),
    logFile: join(folder, 'redis.log'),
    password: 'temporary',
    isPersistent: true,
    removeAfterwards: folder,
  });
  const stop = async () => {
    await postgres.stop();
    await redis.stop();
  };
  try {
    await ensureDatabase(postgres, DATABASE);
    await deployMigrations(postgres.url(DATABASE));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    databaseUrl: postgres.url(DATABASE),
    redisUrl: redis.url,
    postgresPid: postgres.pid,
    redisPid: redis.pid,
    postgresLog,
    folder,
    stop,
  };
}
