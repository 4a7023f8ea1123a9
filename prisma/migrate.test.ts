import { appendFile, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import {
  createMigration,
  deployMigrations,
  diffMigrations,
  readMigrationStatus,
  type MigrationPaths,
} from './migrate.ts';

const SCHEMA = `
datasource db {
  provider = "postgresql"
}
model Ticket {
  id    Int    @id
  state String
}
`;

const server = inject('postgresUrl');
const database = `migrate_${process.pid}`;
const url = Object.assign(new URL(server), { pathname: `/${database}` }).href;
const folders: string[] = [];
let paths: MigrationPaths;

async function query(address: string, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

async function addMigration(name: string, sql: string): Promise<void> {
  await mkdir(join(paths.migrationsDir, name));
  await writeFile(join(paths.migrationsDir, name, 'migration.sql'), sql);
}

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'studio-migrate-'));
  folders.push(folder);
  paths = { schemaPath: join(folder, 'schema.prisma'), migrationsDir: join(folder, 'migrations') };
  await writeFile(paths.schemaPath, SCHEMA);
  await query(server, `CREATE DATABASE ${database}`);
});
afterEach(() => query(server, `DROP DATABASE ${database} WITH (FORCE)`));
afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true }))));

describe('createMigration', () => {
  it('[START-1] writes the first migration in the format of the Prisma CLI', async () => {
    const folder = await createMigration(url, 'initial', paths, new Date('2026-01-02T03:04:05Z'));
    expect(folder).toBe('20260102030405_initial');
    expect(await readdir(paths.migrationsDir)).toEqual(['20260102030405_initial', 'migration_lock.toml']);
    expect(await readFile(join(paths.migrationsDir, `${folder}/migration.sql`), 'utf8')).toContain(
      'CREATE TABLE "Ticket"',
    );
  });

  it('writes nothing when the schema holds nothing new', async () => {
    await createMigration(url, 'initial', paths);
    expect(await createMigration(url, 'again', paths)).toBeNull();
  });

  it('refuses a name that is no folder name', async () => {
    await expect(createMigration(url, '../evil', paths)).rejects.toThrow('lower-case letters');
  });
});

describe('diffMigrations', () => {
  it('accepts handwritten constraints, partial indices and functions', async () => {
    const folder = await createMigration(url, 'initial', paths);
    await appendFile(
      join(paths.migrationsDir, `${folder}/migration.sql`),
      `
      -- a semicolon; in a comment
      CREATE UNIQUE INDEX "one_open" ON "Ticket" ("state") WHERE "state" = 'OPEN; really';
      ALTER TABLE "Ticket" ADD CONSTRAINT "state_known" CHECK ("state" <> '');
      CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END; $$;
      CREATE TRIGGER "stamp" BEFORE INSERT ON "Ticket" FOR EACH ROW EXECUTE FUNCTION stamp();
      `,
    );
    expect(await diffMigrations(url, paths)).toBeNull();
    expect(await deployMigrations(url, paths)).toEqual([folder]);
  });

  it('shows a change of the schema that has no migration, and leaves no database behind', async () => {
    await createMigration(url, 'initial', paths);
    await writeFile(paths.schemaPath, SCHEMA.replace('state String', 'state String\n  note String?'));
    expect(await diffMigrations(url, paths)).toContain('ADD COLUMN     "note"');
    const { rows } = await query(
      server,
      `SELECT datname FROM pg_database WHERE datname LIKE 'studio_shadow_%'`,
    );
    expect(rows).toEqual([]);
  });
});

describe('deployMigrations', () => {
  it('[START-1] applies each migration once when two processes start together', async () => {
    const folder = await createMigration(url, 'initial', paths);
    const applied = await Promise.all([deployMigrations(url, paths), deployMigrations(url, paths)]);
    expect(applied.flat()).toEqual([folder]);
    expect(await deployMigrations(url, paths)).toEqual([]);
    expect(await readMigrationStatus(url, paths)).toEqual({
      applied: [folder],
      pending: [],
      failed: [],
      edited: [],
      unknown: [],
    });
  });

  it('[START-1] needs no engine when everything is applied as it is written, and one when anything differs', async () => {
    await createMigration(url, 'initial', paths);
    expect(await deployMigrations(url, paths)).toHaveLength(1);
    const [name] = (await readdir(paths.migrationsDir)).sort();
    const file = join(paths.migrationsDir, name!, 'migration.sql');
    // The engine reads the schema first.
    const engineless = { ...paths, schemaPath: join(paths.migrationsDir, 'nowhere.prisma') };
    expect(await deployMigrations(url, engineless)).toEqual([]);
    await appendFile(file, '-- edited\n');
    await expect(deployMigrations(url, engineless)).rejects.toThrow('nowhere.prisma');
  });

  it('leaves nothing of a migration that fails, and tries it again once it is mended', async () => {
    await createMigration(url, 'initial', paths);
    await addMigration('20990101000000_bad', 'CREATE TABLE half (id int); SELECT 1/0;');
    await expect(deployMigrations(url, paths)).rejects.toThrow('division by zero');
    expect((await readMigrationStatus(url, paths)).failed).toEqual(['20990101000000_bad']);
    expect((await query(url, `SELECT to_regclass('half') AS half`)).rows).toEqual([{ half: null }]);

    await writeFile(
      join(paths.migrationsDir, '20990101000000_bad/migration.sql'),
      'CREATE TABLE half (id int);',
    );
    expect(await deployMigrations(url, paths)).toEqual(['20990101000000_bad']);
  });
});
