import { describe, expect, it } from 'vitest';
import pg from 'pg';
import { openTestMachine } from '../../test/setup/machine.ts';
import { inTransaction, isDatabaseUnavailable, untilAnswered } from './database.ts';

const { machine, env } = await openTestMachine();
const never = new AbortController().signal;

/** Ends every connection of the machine to its database, as an operator or a failover does. */
async function cutConnections(): Promise<void> {
  const client = new pg.Client({ connectionString: env.DATABASE_URL });
  await client.connect();
  await client.query(
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
  );
  await client.end();
}

describe('a connection that breaks', () => {
  it('[EXE-6] in the hands of a transaction ends that transaction, not the process', async () => {
    const broken = await inTransaction(machine.sql, async (client) => {
      const hasEnded = new Promise((resolve) => client.once('end', resolve));
      await cutConnections();
      await hasEnded;
      return client.query('SELECT 1');
    }).catch((error: unknown) => error);
    expect(isDatabaseUnavailable(broken)).toBe(true);
    expect((await machine.sql.query('SELECT 1')).rowCount).toBe(1);
    expect(machine.sql.idleCount).toBe(machine.sql.totalCount);
  });

  it('[EXE-6] in a transaction of the ORM is known as such', async () => {
    const broken = await machine.db
      .$transaction(async (tx) => {
        await tx.organization.count();
        await cutConnections();
        return tx.organization.count();
      })
      .catch((error: unknown) => error);
    expect(isDatabaseUnavailable(broken)).toBe(true);
    expect(await untilAnswered(() => machine.db.organization.count(), never)).toBe(0);
  });

  it('[EXE-6] by a time limit or a deadlock is known as such, whoever asked', async () => {
    for (const state of ['57014', '53300', '25P03', '57P01', '57P02', '57P03', '08006', '40001', '40P01']) {
      const raise = `DO $$ BEGIN RAISE EXCEPTION 'passing' USING ERRCODE = '${state}'; END $$`;
      const inSql = await machine.sql.query(raise).catch((error: unknown) => error);
      const inOrm = await machine.db.$executeRawUnsafe(raise).catch((error: unknown) => error);
      expect([state, isDatabaseUnavailable(inSql), isDatabaseUnavailable(inOrm)]).toEqual([
        state,
        true,
        true,
      ]);
    }
    const other = await machine.sql.query('SELECT 1/0').catch((error: unknown) => error);
    expect(isDatabaseUnavailable(other)).toBe(false);
  });
});

describe('work that waits for the database', () => {
  it('[EXE-6] stops when it is told to', async () => {
    const stop = new AbortController();
    const waiting = untilAnswered(async () => {
      stop.abort();
      throw Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
    }, stop.signal);
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  });
});
