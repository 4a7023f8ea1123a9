import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openCredentials, type SealedCredential } from '../api/src/domains/server/server.credentials.ts';
import { createVault } from '../api/src/platform/crypto.ts';
import { deployMigrations } from './migrate.ts';

/** What is in a database when a migration comes: columns that move must take along what they hold. */
const schemaPath = fileURLToPath(new URL('./schema.prisma', import.meta.url));
const migrationsDir = fileURLToPath(new URL('./migrations', import.meta.url));
const server = inject('postgresUrl');
const database = `migrated_${process.pid}`;
const url = Object.assign(new URL(server), { pathname: `/${database}` }).href;

async function query(address: string, sql: string, values: unknown[] = []): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  try {
    return await client.query(sql, values);
  } finally {
    await client.end();
  }
}

/** Applies what was there before the migration of this name. */
async function deployBefore(name: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'studio-migrated-'));
  try {
    const all = (await readdir(migrationsDir)).sort();
    const end = all.findIndex((entry) => entry.endsWith(`_${name}`));
    expect(end, `There is a migration ${name}.`).toBeGreaterThan(0);
    for (const entry of [...all.slice(0, end), 'migration_lock.toml'])
      await cp(join(migrationsDir, entry), join(folder, entry), { recursive: true });
    await deployMigrations(url, { schemaPath, migrationsDir: folder });
  } finally {
    await rm(folder, { recursive: true });
  }
}

beforeAll(() => query(server, `CREATE DATABASE ${database}`));
afterAll(() => query(server, `DROP DATABASE ${database} WITH (FORCE)`));

describe('a database that is older than', () => {
  it('[AUTH-5] credentials as rows: what was sealed for a server opens, and is shared', async () => {
    const vault = createVault(Buffer.alloc(32, 7).toString('base64'));
    await deployBefore('credentials_as_rows');
    const credentials = { bearerToken: 'token-0123456789', headers: { 'X-Team': 'blue' } };
    const owner = { table: 'ServerConfiguration', id: 's1', field: 'credentials' };
    const sealed = vault.seal(JSON.stringify(credentials), owner);
    await query(
      url,
      `INSERT INTO "Organization" ("id", "name", "slug", "updatedAt") VALUES ('o1', 'O', 'o', now())`,
    );
    for (const [id, text, hint, version] of [
      ['s1', sealed, '6789', 3],
      ['s2', null, null, 0],
    ])
      await query(
        url,
        `INSERT INTO "ServerConfiguration" ("id", "organizationId", "name", "slug", "protocol", "credentials",
           "credentialsHint", "credentialsVersion", "updatedAt") VALUES ($1, 'o1', 'S', $1, 'MCP', $2, $3, $4, now())`,
        [id, text, hint, version],
      );

    await deployMigrations(url, { schemaPath, migrationsDir });
    const { rows } = await query(url, `SELECT * FROM "ServerCredential"`);
    expect(rows).toMatchObject([
      { organizationId: 'o1', serverId: 's1', userId: null, hint: '6789', version: 3 },
    ]);
    expect(openCredentials({ vault }, { credentials: rows as SealedCredential[] })).toEqual(credentials);
  });
});
