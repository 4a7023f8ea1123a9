/**
 * Migrations without a downloaded engine. Prisma's own schema engine is also published as WebAssembly; it runs here
 * over the `pg` driver, and the folder stays in Prisma's format, so the Prisma CLI reads the same history.
 *
 *   tsx prisma/migrate.ts deploy         apply what is pending to DATABASE_URL
 *   tsx prisma/migrate.ts status         say what is applied, pending, failed or edited; exit 1 unless up to date
 *   tsx prisma/migrate.ts create <name>  write the migration that leads from the folder to schema.prisma
 *   tsx prisma/migrate.ts check          exit 1 when schema.prisma has moved on without a migration
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type {
  MigrationList,
  SchemaContainer,
  SchemaEngine,
} from '@prisma/schema-engine-wasm/schema_engine_bg';
import pg from 'pg';

/** Any fixed number that no other user of the database takes as an advisory lock; held while migrations run. */
const DEPLOY_LOCK_KEY = 7_203_119_441;
const NO_FILTER = { externalTables: [], externalEnums: [] };

const DEFAULT_PATHS: MigrationPaths = {
  schemaPath: fileURLToPath(new URL('./schema.prisma', import.meta.url)),
  migrationsDir: fileURLToPath(new URL('./migrations', import.meta.url)),
};

export interface MigrationPaths {
  schemaPath: string;
  migrationsDir: string;
}

export interface MigrationStatus {
  applied: string[];
  pending: string[];
  /** Started and never finished; the next deploy tries them again. */
  failed: string[];
  /** Applied, and the file has changed since. */
  edited: string[];
  /** Applied to the database, but not in the folder. */
  unknown: string[];
}

/** Applies every pending migration and returns their names. Safe to call from several processes at once. */
export async function deployMigrations(
  databaseUrl: string,
  paths: MigrationPaths = DEFAULT_PATHS,
): Promise<string[]> {
  const lock = new pg.Client({ connectionString: databaseUrl });
  await lock.connect();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [DEPLOY_LOCK_KEY]);
    const migrationsList = await readMigrations(paths.migrationsDir);
    if (await isUpToDate(lock, migrationsList)) return [];
    return await withEngine(databaseUrl, paths, async (engine) => {
      const { failedMigrationNames } = await engine.diagnoseMigrationHistory({
        migrationsList,
        optInToShadowDatabase: false,
        filters: NO_FILTER,
      });
      // A migration is one transaction: one that failed, or whose process was killed, left nothing behind but its
      // entry, so it is tried again. The engine alone would refuse every later start.
      for (const migrationName of failedMigrationNames) {
        await engine.markMigrationRolledBack({ migrationName });
      }
      const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList, filters: NO_FILTER });
      return appliedMigrationNames;
    });
  } finally {
    // Ending the session releases the lock, also after an error.
    await lock.end();
  }
}

/** Almost every start finds nothing to do, and the engine takes a second and 50 MB to find that out. */
async function isUpToDate(database: pg.Client, { migrationDirectories }: MigrationList): Promise<boolean> {
  const { rows: tables } = await database.query<{ exists: boolean }>(
    `SELECT to_regclass('"_prisma_migrations"') IS NOT NULL AS exists`,
  );
  if (!tables[0]?.exists) return false;
  const { rows } = await database.query<{ name: string; checksum: string; isDone: boolean }>(
    `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS "isDone"
     FROM "_prisma_migrations" WHERE rolled_back_at IS NULL`,
  );
  const applied = new Map(rows.map(({ name, checksum }) => [name, checksum]));
  return (
    rows.every(({ isDone }) => isDone) &&
    applied.size === migrationDirectories.length &&
    migrationDirectories.every(
      ({ path, migrationFile: { content } }) =>
        content.tag === 'ok' &&
        applied.get(path) === createHash('sha256').update(content.value).digest('hex'),
    )
  );
}

export async function readMigrationStatus(
  databaseUrl: string,
  paths: MigrationPaths = DEFAULT_PATHS,
): Promise<MigrationStatus> {
  const migrationsList = await readMigrations(paths.migrationsDir);
  return withEngine(databaseUrl, paths, async (engine) => {
    const diagnosis = await engine.diagnoseMigrationHistory({
      migrationsList,
      optInToShadowDatabase: false,
      filters: NO_FILTER,
    });
    const history = diagnosis.history;
    const pending = history && 'unappliedMigrationNames' in history ? history.unappliedMigrationNames : [];
    const unknown =
      history && 'unpersistedMigrationNames' in history ? history.unpersistedMigrationNames : [];
    const failed = diagnosis.failedMigrationNames;
    return {
      applied: migrationsList.migrationDirectories
        .map((directory) => directory.path)
        .filter((name) => !pending.includes(name) && !failed.includes(name)),
      pending,
      failed,
      edited: diagnosis.editedMigrationNames,
      unknown,
    };
  });
}

/**
 * The SQL that leads from the migrations folder to schema.prisma, or null when they agree. The folder is replayed in a
 * throw-away database beside `databaseUrl`, whose role must be allowed to create one.
 */
export async function diffMigrations(
  databaseUrl: string,
  paths: MigrationPaths = DEFAULT_PATHS,
): Promise<string | null> {
  const migrationsList = await readMigrations(paths.migrationsDir);
  return withEngine(databaseUrl, paths, async (engine) => {
    const { exitCode, stdout } = await engine.diff({
      from:
        migrationsList.migrationDirectories.length === 0
          ? { tag: 'empty' }
          : { tag: 'migrations', ...migrationsList },
      to: { tag: 'schemaDatamodel', files: await readSchema(paths.schemaPath) },
      script: true,
      exitCode: true,
      filters: NO_FILTER,
    });
    // 2 is the engine's word for "not empty".
    return exitCode === 2 ? (stdout ?? '') : null;
  });
}

/** Writes the next migration and returns its folder name, or null when schema.prisma holds nothing new. */
export async function createMigration(
  databaseUrl: string,
  name: string,
  paths: MigrationPaths = DEFAULT_PATHS,
  now: Date = new Date(),
): Promise<string | null> {
  if (!/^[a-z0-9_]+$/.test(name)) {
    throw new Error(`"${name}" is no migration name: use lower-case letters, digits and underscores.`);
  }
  const sql = await diffMigrations(databaseUrl, paths);
  if (sql === null) return null;
  const folder = `${now.toISOString().replace(/\D/g, '').slice(0, 14)}_${name}`;
  await mkdir(join(paths.migrationsDir, folder), { recursive: true });
  await writeFile(join(paths.migrationsDir, folder, 'migration.sql'), `${sql.trimEnd()}\n`);
  await writeFile(
    join(paths.migrationsDir, 'migration_lock.toml'),
    '# Written by Prisma-compatible tooling; belongs under version control.\nprovider = "postgresql"\n',
  );
  return folder;
}

async function readSchema(schemaPath: string): Promise<SchemaContainer[]> {
  return [{ path: schemaPath, content: await readFile(schemaPath, 'utf8') }];
}

async function readMigrations(migrationsDir: string): Promise<MigrationList> {
  const entries = await readDirectory(migrationsDir);
  const names = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  const hasLockfile = entries.some((entry) => entry.name === 'migration_lock.toml');
  return {
    baseDir: migrationsDir,
    lockfile: {
      path: 'migration_lock.toml',
      content: hasLockfile ? await readFile(join(migrationsDir, 'migration_lock.toml'), 'utf8') : null,
    },
    shadowDbInitScript: '',
    migrationDirectories: await Promise.all(
      names.map(async (name) => ({
        path: name,
        migrationFile: {
          path: 'migration.sql',
          content: {
            tag: 'ok' as const,
            value: await readFile(join(migrationsDir, name, 'migration.sql'), 'utf8'),
          },
        },
      })),
    ),
  };
}

async function readDirectory(directory: string) {
  try {
    return await readdir(directory, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []; // before the first migration
    throw error;
  }
}

async function withEngine<Result>(
  databaseUrl: string,
  paths: MigrationPaths,
  use: (engine: SchemaEngine) => Promise<Result>,
): Promise<Result> {
  // Loaded here, like the engine: a start with nothing to migrate does without.
  const { bindMigrationAwareSqlAdapterFactory } = await import('@prisma/driver-adapter-utils');
  const { MigrationAdapterFactory } = await import('./migration-adapter.ts');
  const { SchemaEngine } = await loadEngine();
  lastPanic = undefined;
  const factory = new MigrationAdapterFactory(databaseUrl);
  const bound = bindMigrationAwareSqlAdapterFactory(factory);
  try {
    const schema = await readSchema(paths.schemaPath);
    const engine = await SchemaEngine.new(
      { datamodels: schema.map(({ path, content }) => [path, content] as [string, string]) },
      // The engine's trace lines; what matters comes back as a result or an error.
      () => undefined,
      bound,
    );
    try {
      return await use(engine);
    } finally {
      engine.free();
    }
  } catch (error) {
    throw readableEngineError(lastPanic ?? error);
  } finally {
    await factory.dispose();
  }
}

/** Why the engine stopped for good; the exception that follows says only "unreachable". */
let lastPanic: string | undefined;
Object.assign(globalThis, {
  PRISMA_WASM_PANIC_REGISTRY: {
    set_message(message: string) {
      lastPanic = message;
    },
  },
});

type EngineModule = typeof import('@prisma/schema-engine-wasm/schema_engine_bg');
let loadedEngine: Promise<EngineModule> | undefined;

/** What is used of the global WebAssembly, whose types come only with those of a browser. */
interface WebAssemblyLoader {
  instantiate(
    code: Uint8Array,
    imports: Record<string, unknown>,
  ): Promise<{ instance: { exports: { __wbindgen_start(): void } } }>;
}

/**
 * The package's entry imports its .wasm file as a module, which Node 20 cannot do without a flag; so it is
 * instantiated by hand, as that entry would.
 */
function loadEngine(): Promise<EngineModule> {
  loadedEngine ??= (async () => {
    const { WebAssembly } = globalThis as unknown as { WebAssembly: WebAssemblyLoader };
    const gluePath = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg');
    const glue = await import('@prisma/schema-engine-wasm/schema_engine_bg');
    const code = await readFile(gluePath.replace(/\.js$/, '.wasm'));
    const { instance } = await WebAssembly.instantiate(code, { './schema_engine_bg.js': glue });
    glue.__wbg_set_wasm(instance.exports);
    instance.exports.__wbindgen_start();
    return glue;
  })();
  return loadedEngine;
}

/** The engine's errors end in a trace of its Rust source; a person needs the lines before it. */
function readableEngineError(error: unknown): Error {
  const text = error instanceof Error ? error.message : String(error);
  return new Error(text.split(/\n\s+0: /)[0], { cause: error });
}

async function main(command: string | undefined, name: string | undefined): Promise<void> {
  if (command === 'deploy') {
    const applied = await deployMigrations(requireDatabaseUrl());
    console.log(applied.length === 0 ? 'Nothing to apply.' : `Applied ${applied.join(', ')}.`);
  } else if (command === 'status') {
    const status = await readMigrationStatus(requireDatabaseUrl());
    for (const [state, names] of Object.entries(status) as [string, string[]][]) {
      console.log(`${state}: ${names.join(', ') || 'none'}`);
    }
    const isUpToDate = [status.pending, status.failed, status.edited, status.unknown].every(
      (names) => names.length === 0,
    );
    if (!isUpToDate) process.exitCode = 1;
  } else if (command === 'create' && name !== undefined) {
    const folder = await withWorkDatabase((url) => createMigration(url, name));
    console.log(
      folder
        ? `Wrote prisma/migrations/${folder}/migration.sql: read it before you commit it.`
        : 'No change.',
    );
  } else if (command === 'check') {
    const missing = await withWorkDatabase((url) => diffMigrations(url));
    if (missing === null) return;
    console.error(
      `prisma/schema.prisma has changes without a migration. Run: npm run migrate -- create <name>\n\n${missing.split('\n').slice(0, 30).join('\n')}`,
    );
    process.exitCode = 1;
  } else {
    console.error('Usage: npm run migrate -- deploy | status | create <name> | check');
    process.exitCode = 1;
  }
}

function requireDatabaseUrl(): string {
  const url = process.env['DATABASE_URL'];
  if (!url) throw new Error('DATABASE_URL is not set: name the PostgreSQL database to work on.');
  return url;
}

/** `create` and `check` need a server but no data: any will do, so a temporary one is started for them. */
async function withWorkDatabase<Result>(use: (databaseUrl: string) => Promise<Result>): Promise<Result> {
  const { startTemporaryPostgres } = await import('../scripts/services/temporary.ts');
  const postgres = await startTemporaryPostgres();
  try {
    return await use(postgres.url('postgres'));
  } finally {
    await postgres.stop();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(process.argv[2], process.argv[3]).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
