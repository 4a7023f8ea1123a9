/** What stands between an installed clone and running processes: the build, the migrations, the first data. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import pg from 'pg';
import { deployMigrations } from '../../prisma/migrate.ts';
import { runCommand } from '../services/run-command.ts';
import { saveSecrets, type Secrets } from './data-folder.ts';
import { say } from './output.ts';
import { PROJECT_DIR, type Settings } from './settings.ts';

/** Builds what has changed since the last build; turbo keeps the rest. */
export async function buildApplication(signal: AbortSignal): Promise<void> {
  say('Building API and dashboard; what is unchanged comes from the cache.');
  const startedAt = Date.now();
  const { code, tail } = await runCommand(
    process.execPath,
    [join('node_modules', 'turbo', 'bin', 'turbo'), 'run', 'build', '--output-logs=errors-only'],
    {
      cwd: PROJECT_DIR,
      signal,
      env: {
        TURBO_TELEMETRY_DISABLED: '1',
        TURBO_NO_UPDATE_NOTIFIER: '1',
      },
    },
  );
  if (code !== 0) throw new Error(`The build failed:\n${tail}`);
  say(`Built in ${((Date.now() - startedAt) / 1000).toFixed(1)} s.`);
}

export async function migrate(databaseUrl: string): Promise<void> {
  const applied = await deployMigrations(databaseUrl);
  say(applied.length === 0 ? 'The database is up to date.' : `Applied ${applied.length} migration(s).`);
}

/**
 * Puts the first organization, its administrator and the demo into an empty database. A generated password is kept until
 * it has been shown, so that a start that fails after this point does not lose it.
 */
export async function seed(
  settings: Settings,
  secrets: Secrets,
  env: Record<string, string>,
  signal: AbortSignal,
): Promise<void> {
  if (!secrets.isSeeding && !(await isEmpty(env['DATABASE_URL'] ?? ''))) return;
  if (settings.adminPassword === undefined) secrets.unshownAdminPassword ??= generatePassword();
  secrets.isSeeding = true;
  await saveSecrets(settings.dataDir, secrets);
  say('Writing the first data.');
  const { code, tail } = await runCommand(process.execPath, ['--import', 'tsx', join('prisma', 'seed.ts')], {
    cwd: PROJECT_DIR,
    signal,
    env: {
      ...env,
      STUDIO_ADMIN_EMAIL: settings.adminEmail,
      STUDIO_ADMIN_PASSWORD: settings.adminPassword ?? secrets.unshownAdminPassword ?? '',
    },
  });
  if (code !== 0) throw new Error(`Writing the first data failed:\n${tail}`);
  delete secrets.isSeeding;
  await saveSecrets(settings.dataDir, secrets);
}

async function isEmpty(databaseUrl: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ isEmpty: boolean }>(
      'SELECT NOT EXISTS (SELECT 1 FROM "Organization") AS "isEmpty"',
    );
    return rows[0]?.isEmpty ?? false;
  } finally {
    await client.end();
  }
}

/** 20 characters of base64url: 120 bits, and no character that a shell or a form would mind. */
function generatePassword(): string {
  return randomBytes(15).toString('base64url');
}
