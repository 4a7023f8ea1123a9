import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { Prisma, PrismaClient } from '../generated/prisma/client.ts';
import type { Logger } from './logger.ts';

export { Prisma };
export type Database = PrismaClient;
export type Transaction = Prisma.TransactionClient;
/** Plain SQL on the pool that Prisma uses: the event log is too hot for the ORM. */
export type Sql = pg.Pool;
export type SqlClient = pg.PoolClient;

export interface DatabaseConnection {
  db: Database;
  sql: Sql;
  close(): Promise<void>;
}

/** Opens no connection by itself: the first query does. `connectionLimit` counts per process. */
export function createDatabase(options: {
  url: string;
  log: Logger;
  connectionLimit?: number;
}): DatabaseConnection {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.connectionLimit ?? 20,
    // Without these, a database that hangs makes every request hang for ever.
    connectionTimeoutMillis: 4_000,
    statement_timeout: 15_000,
    idle_in_transaction_session_timeout: 15_000,
    keepAlive: true,
  });
  // A pool without this handler ends the process when an idle connection breaks.
  pool.on('error', (error) => options.log.warn({ err: error }, 'An idle database connection broke'));
  const db = new PrismaClient({
    adapter: new PrismaPg(pool, { disposeExternalPool: false }),
    transactionOptions: { maxWait: 4_000, timeout: 10_000 },
  });
  return {
    db,
    sql: pool,
    async close() {
      await db.$disconnect();
      await pool.end();
    },
  };
}

/** Runs `work` in one transaction on one connection. */
export async function inTransaction<T>(sql: Sql, work: (client: SqlClient) => Promise<T>): Promise<T> {
  const client = await sql.connect();
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    client.release();
    return result;
  } catch (error) {
    // A connection that cannot even roll back is broken: it must not go back to the pool.
    await client.query('ROLLBACK').then(
      () => client.release(),
      (broken: Error) => client.release(broken),
    );
    throw error;
  }
}

/** True for a unique key that was taken; the caller knows which one it wrote. */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
}

/** True for a foreign key that still points at the row, or points at nothing. */
export function isForeignKeyViolation(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2003';
}

/** True for a row that had to be there and was not. */
export function isMissingRow(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2025';
}

/** True when the database cannot be reached or gave up: the same request may succeed later. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (error instanceof Prisma.PrismaClientInitializationError) return true;
  if (error instanceof Prisma.PrismaClientKnownRequestError) {
    return ['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2037'].includes(error.code);
  }
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: unknown }).code;
  return (
    (typeof code === 'string' && /^(ECONN|ETIMEDOUT|EPIPE|57P|08)/.test(code)) ||
    /Connection terminated|timeout exceeded when trying to connect|Can't reach database/i.test(error.message)
  );
}
