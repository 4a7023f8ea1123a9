import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { openTestStores } from './database.ts';

const stores = await openTestStores();

describe('openTestStores', () => {
  const client = new pg.Client({ connectionString: stores.databaseUrl });
  afterAll(() => client.end());

  it('[START-2] gives a test file a migrated database of its own', async () => {
    await client.connect();
    const { rows } = await client.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM _prisma_migrations WHERE finished_at IS NOT NULL',
    );
    expect(rows[0]?.count).toBeGreaterThan(0);
    expect(stores.redisPrefix).toMatch(/^[a-z0-9-]+$/);
  });
});
