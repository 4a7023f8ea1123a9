import { randomUUID } from 'node:crypto';
import { PrismaPg } from '@prisma/adapter-pg';
import {
  ColumnTypeEnum,
  DriverAdapterError,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils';
import pg from 'pg';

const OID_INTERNAL_CHAR = 18;
const OID_INTERNAL_CHAR_ARRAY = 1002;

/**
 * `@prisma/adapter-pg` made fit for migrations. It cuts scripts at every semicolon, which breaks function bodies,
 * string literals and comments, and runs the pieces one by one, so that a failing migration stays half applied; and it
 * drops its shadow database while still connected to it. Here a script is one simple query, hence one transaction.
 */
export class MigrationAdapterFactory implements SqlMigrationAwareDriverAdapterFactory {
  readonly provider = 'postgres';
  readonly adapterName = '@prisma/adapter-pg';
  readonly #databaseUrl: string;
  readonly #open = new Set<SqlDriverAdapter>();

  constructor(databaseUrl: string) {
    this.#databaseUrl = databaseUrl;
  }

  async connect(): Promise<SqlDriverAdapter> {
    return this.#connectTo(this.#databaseUrl, () => Promise.resolve());
  }

  async connectToShadowDb(): Promise<SqlDriverAdapter> {
    const name = `studio_shadow_${randomUUID().replaceAll('-', '')}`;
    await runOnce(this.#databaseUrl, `CREATE DATABASE "${name}" TEMPLATE template0`);
    const url = new URL(this.#databaseUrl);
    url.pathname = `/${name}`;
    return this.#connectTo(url.href, () =>
      runOnce(this.#databaseUrl, `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`),
    );
  }

  /** Closes what the engine left open. */
  async dispose(): Promise<void> {
    for (const adapter of [...this.#open]) await adapter.dispose();
  }

  async #connectTo(url: string, afterwards: () => Promise<void>): Promise<SqlDriverAdapter> {
    // One connection: the engine's advisory lock belongs to a session and must be given back by the same one.
    const pool = new pg.Pool({ connectionString: url, max: 1 });
    const adapter: SqlDriverAdapter = await new PrismaPg(pool, { disposeExternalPool: false }).connect();
    readInternalChars(adapter, pool);
    const open = this.#open;
    adapter.executeScript = async (script) => {
      try {
        await pool.query(script);
      } catch (error) {
        throw asDriverError(error);
      }
    };
    adapter.dispose = async () => {
      if (!open.delete(adapter)) return;
      await pool.end();
      await afterwards();
    };
    open.add(adapter);
    return adapter;
  }
}

/**
 * System catalogues have columns of the one-byte type "char" (foreign key actions, for one), which the adapter refuses.
 * It does know arrays of them, so such a column passes through it under the array's number and is then named rightly.
 */
function readInternalChars(adapter: SqlDriverAdapter, pool: pg.Pool): void {
  const query = pool.query.bind(pool) as (...args: unknown[]) => Promise<pg.QueryResult>;
  const markingQuery = async (...args: unknown[]) => {
    const result = await query(...args);
    for (const field of result.fields ?? []) {
      if (field.dataTypeID === OID_INTERNAL_CHAR) field.dataTypeID = OID_INTERNAL_CHAR_ARRAY;
    }
    return result;
  };
  pool.query = markingQuery as typeof pool.query;

  const queryRaw = adapter.queryRaw.bind(adapter);
  adapter.queryRaw = async (sqlQuery) => {
    const result = await queryRaw(sqlQuery);
    result.columnTypes = result.columnTypes.map((type) =>
      type === ColumnTypeEnum.CharacterArray ? ColumnTypeEnum.Character : type,
    );
    return result;
  };
}

async function runOnce(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** The engine passes on only errors of this shape with their text; others become "external error". */
function asDriverError(error: unknown): unknown {
  if (!(error instanceof pg.DatabaseError)) return error;
  return new DriverAdapterError({
    kind: 'postgres',
    code: error.code ?? 'XX000',
    severity: error.severity ?? 'ERROR',
    message: error.message,
    detail: error.detail,
    column: error.column,
    hint: error.hint,
    originalCode: error.code,
    originalMessage: error.message,
  });
}
