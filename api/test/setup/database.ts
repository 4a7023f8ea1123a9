import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, inject } from 'vitest';

export interface TestStores {
  /** A freshly migrated database that belongs to this test file alone. */
  databaseUrl: string;
  redisUrl: string;
  /** Value for REDIS_PREFIX: keeps this file's keys and channels apart in the shared Redis. */
  redisPrefix: string;
}

/**
 * Gives the calling test file real stores of its own; the database is dropped after its last test. Call it once, at the
 * top: `const stores = await openTestStores();`. Hooks run last-registered first, so what the file opens later and
 * closes in its own `afterAll` is closed before the database goes.
 */
export async function openTestStores(): Promise<TestStores> {
  const postgresUrl = inject('postgresUrl');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await runSql(postgresUrl, `CREATE DATABASE ${name} TEMPLATE ${inject('templateDatabase')}`);
  afterAll(() => runSql(postgresUrl, `DROP DATABASE ${name} WITH (FORCE)`));

  const url = new URL(postgresUrl);
  url.pathname = `/${name}`;
  return { databaseUrl: url.href, redisUrl: inject('redisUrl'), redisPrefix: name.replaceAll('_', '-') };
}

async function runSql(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
