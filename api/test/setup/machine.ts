import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { Machine } from '../../src/domains/context.ts';
import { readEnv } from '../../src/env.ts';
import { openMachine } from '../../src/machine.ts';
import { createLogger } from '../../src/platform/logger.ts';
import { type Redis, waitForRedis } from '../../src/platform/redis.ts';
import { openTestStores } from './database.ts';

/** Base64 of 32 bytes; a key for tests only. */
export const TEST_KEY = Buffer.alloc(32, 7).toString('base64');

export interface TestMachine {
  machine: Machine;
  redis: Redis;
  env: ReturnType<typeof readEnv>;
}

/** The machine on real stores that belong to this test file, closed after its last test. Call it once, at the top. */
export async function openTestMachine(settings: Record<string, string> = {}): Promise<TestMachine> {
  const stores = await openTestStores();
  const dataDir = await mkdtemp(join(tmpdir(), 'studio-test-'));
  afterAll(() => rm(dataDir, { recursive: true, force: true }));
  const env = readEnv({
    NODE_ENV: 'test',
    DATABASE_URL: stores.databaseUrl,
    REDIS_URL: stores.redisUrl,
    REDIS_PREFIX: stores.redisPrefix,
    STUDIO_ENCRYPTION_KEY: TEST_KEY,
    STUDIO_DATA_DIR: dataDir,
    STUDIO_ALLOW_PRIVATE_NETWORK: 'true',
    STUDIO_STDIO: 'ADMIN',
    LOG_LEVEL: 'silent',
    STUDIO_RATE_LIMIT_ANONYMOUS: '0',
    STUDIO_RATE_LIMIT_MEMBER: '0',
    ...settings,
  });
  const { machine, redis, close } = openMachine(env, createLogger({ name: 'test', level: env.LOG_LEVEL }));
  afterAll(close);
  await waitForRedis(redis, 5_000);
  return { machine, redis, env };
}
