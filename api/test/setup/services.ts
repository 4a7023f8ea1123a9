import type { TestProject } from 'vitest/node';
import { deployMigrations } from '../../../prisma/migrate.ts';
import { ensureDatabase } from '../../../scripts/services/postgres.ts';
import { startTemporaryPostgres, startTemporaryRedis } from '../../../scripts/services/temporary.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where databases are created; holds no data itself. */
    postgresUrl: string;
    /** A migrated database that nobody connects to, for CREATE DATABASE … TEMPLATE. */
    templateDatabase: string;
    redisUrl: string;
  }
}

const TEMPLATE = 'studio_template';

/** Starts what the tests of the `api` project need, once per run, and ends it. */
export default async function startServices(project: TestProject): Promise<() => Promise<void>> {
  const [postgres, redis] = await Promise.all([
    // Every test file keeps pools of its own open.
    startTemporaryPostgres({ max_connections: '400' }),
    startTemporaryRedis(),
  ]);
  const stop = async () => {
    await Promise.all([postgres.stop(), redis.stop()]);
  };
  try {
    await ensureDatabase(postgres, TEMPLATE);
    await deployMigrations(postgres.url(TEMPLATE));
  } catch (error) {
    await stop();
    throw error;
  }
  project.provide('postgresUrl', postgres.url('postgres'));
  project.provide('templateDatabase', TEMPLATE);
  project.provide('redisUrl', redis.url);
  return stop;
}
