/** PostgreSQL and Redis: the ones that were named, else embedded ones in the data folder. */
import { join } from 'node:path';
import { ensureDatabase, startPostgres } from '../services/postgres.ts';
import { findRedisServer } from '../services/redis-program.ts';
import { startRedis } from '../services/redis.ts';
import type { Secrets } from './data-folder.ts';
import { keepRunning } from './keeper.ts';
import { say } from './output.ts';
import type { Settings } from './settings.ts';

const DATABASE = 'studio';

export interface Store {
  url: string;
  stop: () => Promise<void>;
}

const NOTHING_TO_STOP = () => Promise.resolve();

/** Remembers the port in `secrets`; the caller saves them. */
export async function openDatabase(settings: Settings, secrets: Secrets): Promise<Store> {
  if (settings.databaseUrl) return { url: settings.databaseUrl, stop: NOTHING_TO_STOP };
  const keeper = await keepRunning({
    name: 'PostgreSQL',
    start: () =>
      startPostgres({
        dataDir: join(settings.dataDir, 'postgres'),
        logFile: join(settings.dataDir, 'postgres.log'),
        password: secrets.postgresPassword,
        preferredPort: secrets.postgresPort,
      }),
    onEvent: say,
  });
  try {
    const postgres = keeper.current();
    await ensureDatabase(postgres, DATABASE);
    // For a restart now and for the next start: the application and people's tools hold this address.
    secrets.postgresPort = postgres.port;
    say(`PostgreSQL runs on port ${postgres.port}.`);
    return { url: postgres.url(DATABASE), stop: () => keeper.stop() };
  } catch (error) {
    await keeper.stop();
    throw error;
  }
}

/** Remembers the port in `secrets`; the caller saves them. */
export async function openRedis(settings: Settings, secrets: Secrets): Promise<Store> {
  if (settings.redisUrl) return { url: settings.redisUrl, stop: NOTHING_TO_STOP };
  const program = await findRedisServer(settings.dataDir, say);
  const keeper = await keepRunning({
    name: 'Redis',
    start: () =>
      startRedis({
        program,
        dataDir: join(settings.dataDir, 'redis'),
        logFile: join(settings.dataDir, 'redis.log'),
        password: secrets.redisPassword,
        preferredPort: secrets.redisPort,
        isPersistent: true,
      }),
    onEvent: say,
  });
  const redis = keeper.current();
  secrets.redisPort = redis.port;
  say(`Redis runs on port ${redis.port}.`);
  return { url: redis.url, stop: () => keeper.stop() };
}
