/** A private Redis on loopback, with a password and data of its own; one that already runs is never touched. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { findFreePort } from './free-port.ts';
import { isProcessOf, stopLeftover } from './leftover.ts';
import { readLogTail, startSupervised, type SupervisedProcess } from './supervised-process.ts';

/** Reading a large append-only file back takes a while on a slow disk. */
const START_TIMEOUT_MS = 60_000;
const POLL_MS = 50;

export interface RedisOptions {
  /** Path of the server program, from findRedisServer. */
  program: string;
  dataDir: string;
  logFile: string;
  password: string;
  preferredPort?: number;
  /** Keep data across restarts; tests do without. */
  isPersistent: boolean;
  removeAfterwards?: string;
}

export interface RunningRedis extends SupervisedProcess {
  port: number;
  url: string;
}

export async function startRedis(options: RedisOptions): Promise<RunningRedis> {
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  await endLeftover(options.dataDir);
  try {
    return await startOnce(options);
  } catch (error) {
    // The queue is a doorbell: what it held is rung again from the database. So a data file that a crash made
    // unreadable must not keep the studio from starting; it is put aside, not deleted.
    if (!options.isPersistent || !String(error).includes('append only file')) throw error;
    await rename(options.dataDir, `${options.dataDir}.unreadable-${Date.now()}`);
    await mkdir(options.dataDir, { mode: 0o700 });
    return startOnce(options);
  }
}

async function startOnce(options: RedisOptions): Promise<RunningRedis> {
  const port = await findFreePort(options.preferredPort);
  // In a file that only we can read: a command line is visible to everybody on the machine.
  const configFile = join(options.dataDir, 'redis.conf');
  await writeFile(configFile, describeConfig(options, port), { mode: 0o600 });
  const server = await startSupervised({
    command: options.program,
    args: [configFile],
    cwd: options.dataDir,
    logFile: options.logFile,
    stopSignals: ['SIGTERM', 'SIGKILL'],
    graceMs: 10_000,
    removeAfterwards: options.removeAfterwards,
  });
  const url = `redis://:${encodeURIComponent(options.password)}@127.0.0.1:${port}`;
  await waitUntilReady(server, url, options.logFile);
  return { ...server, port, url };
}

function describeConfig({ dataDir, password, isPersistent }: RedisOptions, port: number): string {
  const settings = {
    bind: '127.0.0.1',
    port: String(port),
    dir: JSON.stringify(dataDir),
    pidfile: JSON.stringify(join(dataDir, 'redis.pid')),
    requirepass: password,
    daemonize: 'no',
    // Queue data is never thrown away to make room, and is on disk within a second.
    'maxmemory-policy': 'noeviction',
    appendonly: isPersistent ? 'yes' : 'no',
    appendfsync: 'everysec',
    save: '""',
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name} ${value}\n`)
    .join('');
}

/** After a kill -9 a server of this folder may still run; a second one would write the same files. */
async function endLeftover(dataDir: string): Promise<void> {
  const pid = Number(await readIfThere(join(dataDir, 'redis.pid')));
  const port = /^port (\d+)$/m.exec(await readIfThere(join(dataDir, 'redis.conf')))?.[1];
  // The server names its address in its process title.
  if (port && (await isProcessOf(pid, [`127.0.0.1:${port}`])))
    await stopLeftover(pid, ['SIGTERM', 'SIGKILL']);
}

async function readIfThere(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

async function waitUntilReady(server: SupervisedProcess, url: string, logFile: string): Promise<void> {
  let hasEnded = false;
  void server.exited.then(() => (hasEnded = true));
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    try {
      await pingRedis(url);
      return;
    } catch (error) {
      if (hasEnded || Date.now() > deadline) {
        await server.stop();
        const why = hasEnded ? 'ended while starting' : `did not answer in ${START_TIMEOUT_MS / 1000} s`;
        throw new Error(`The private Redis ${why}. Its log ends:\n${await readLogTail(logFile)}`, {
          cause: error,
        });
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
}

/** Asks once; rejects with the reason when nobody answers or the server is not ready. */
export async function pingRedis(url: string): Promise<void> {
  const client = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 3000,
    maxRetriesPerRequest: 0,
    retryStrategy: null,
    enableReadyCheck: true,
  });
  let reason: Error | undefined;
  client.on('error', (error) => (reason = error));
  try {
    await client.connect();
    await client.ping();
  } catch (error) {
    // The client's own rejection says only "Connection is closed".
    throw reason ?? error;
  } finally {
    client.disconnect();
  }
}
