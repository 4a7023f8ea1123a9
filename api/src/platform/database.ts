import { setTimeout as delay } from 'node:timers/promises';
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
  // Whoever has a connection in hand, this one hears of it when it breaks: an error event that nobody hears ends the process.
  // The pool throws a broken connection away when it comes back, and so does whoever waits for a query on it.
  pool.on('connect', (client) =>
    client.on('error', (error) => options.log.debug({ err: error }, 'A database connection broke')),
  );
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

/** The first pause before a database that gave no answer is asked again; it doubles up to the last. */
const FIRST_PAUSE_MS = 50;
const LAST_PAUSE_MS = 1_000;

/**
 * Asks again until the database answers, or `signal` aborts. Only for work that may be done twice: an answer that was lost
 * may have been a yes.
 */
export async function untilAnswered<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LAST_PAUSE_MS)) {
    try {
      return await work();
    } catch (error) {
      if (!isDatabaseUnavailable(error)) throw error;
      // Spread, so that those who were cut off together do not come back together.
      await delay(pauseMs * (0.5 + Math.random()), undefined, { signal });
    }
  }
}

/** True for a unique key that was taken; the caller knows which one it wrote. */
export function isUniqueViolation(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return error.code === '23505';
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

/**
 * SQL states that pass: cancelled by a time limit, too many connections, idle in a transaction, shutdown and start,
 * connection trouble, two transactions in each other's way.
 */
const PASSING_STATE = /^(57014|53300|25P03|57P0[123]|08...|40001|40P01|ECONN.*|ETIMEDOUT|EPIPE)$/;
/** The same in Prisma's words: cannot reach, timed out, closed, no connection free, transaction ended, write conflict. */
const PASSING_PRISMA_CODE = /^(P1001|P1002|P1008|P1017|P2024|P2028|P2034|P2037)$/;
/** A connection that breaks carries no code at all. */
const BROKEN_CONNECTION =
  /Connection terminated|timeout exceeded when trying to connect|Can't reach database|not queryable|Transaction already closed/i;

/** True when the database cannot be reached or gave up: the same request may succeed later. */
export function isDatabaseUnavailable(error: unknown): boolean {
  if (error instanceof Prisma.PrismaClientInitializationError) return true;
  if (!(error instanceof Error)) return false;
  return (
    [codeOf(error), ...statesOf(causeInAdapter(error))].some(
      (code) => PASSING_STATE.test(code) || PASSING_PRISMA_CODE.test(code),
    ) || BROKEN_CONNECTION.test(error.message)
  );
}

const codeOf = (error: Error): string => String((error as { code?: unknown }).code ?? '');

/** What PostgreSQL said to Prisma's adapter; whatever else an error has as its cause is not about the database. */
const causeInAdapter = (error: Error): unknown =>
  error.name === 'DriverAdapterError'
    ? error.cause
    : (error as { meta?: { driverAdapterError?: Error } }).meta?.driverAdapterError?.cause;

function statesOf(cause: unknown): string[] {
  const { code, originalCode } = (cause ?? {}) as { code?: unknown; originalCode?: unknown };
  return [code, originalCode].filter((state) => typeof state === 'string');
}
