/**
 * The data folder: who holds it, and the secrets that were generated for it. Everything in it that is secret is
 * readable by its owner alone.
 */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, readCommandLine } from '../services/leftover.ts';

const LOCK_FILE = 'launcher.lock';

export interface Secrets {
  /** 32 bytes, base64: encrypts credentials in the database, so losing it loses them. */
  STUDIO_ENCRYPTION_KEY: string;
  postgresPassword: string;
  redisPassword: string;
  postgresPort?: number;
  redisPort?: number;
  /** Set while the first data is being written, so that an interrupted start writes the rest. */
  isSeeding?: boolean;
  /** Generated for the first administrator and not shown yet; gone once it was. */
  unshownAdminPassword?: string;
}

interface LockContent {
  pid: number;
  url: string;
}

/** The address of a studio that already runs on this folder. */
export async function findRunningStudio(dataDir: string): Promise<string | undefined> {
  const holder = await readLock(join(dataDir, LOCK_FILE));
  return holder && (await isLauncher(holder.pid)) ? holder.url : undefined;
}

/** Makes this process the only one that works in the folder; the result releases it. */
export async function lockDataFolder(dataDir: string, url: string): Promise<() => Promise<void>> {
  try {
    await mkdir(dataDir, { recursive: true });
    await access(dataDir, constants.W_OK);
  } catch (error) {
    throw new Error(
      `STUDIO_DATA_DIR: cannot write to ${dataDir} (${(error as NodeJS.ErrnoException).code}). ` +
        'Make it writable, or set STUDIO_DATA_DIR to another folder.',
      { cause: error },
    );
  }
  const lockFile = join(dataDir, LOCK_FILE);
  const draft = join(dataDir, `launcher.${process.pid}.draft`);
  await writeFile(draft, JSON.stringify({ pid: process.pid, url } satisfies LockContent));
  try {
    for (;;) {
      try {
        // Linking a finished file is atomic and fails when the name exists, so nobody reads half a lock.
        await link(draft, lockFile);
        return () => rm(lockFile, { force: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const holder = await readLock(lockFile);
      if (holder && (await isLauncher(holder.pid)))
        throw new Error(describeRunningStudio(dataDir, holder.url));
      // Left behind by a launcher that was killed.
      if (holder) await removeStaleLock(lockFile, `${draft}.stale`, holder);
    }
  } finally {
    await rm(draft, { force: true });
  }
}

export function describeRunningStudio(dataDir: string, url: string): string {
  return (
    `A studio already runs on ${dataDir}: ${url}. ` +
    'Use that one, stop it first, or set STUDIO_DATA_DIR (and WEB_PORT, API_PORT) to start a second one.'
  );
}

/** Another start may have replaced the stale lock meanwhile; what was moved by mistake is put back. */
async function removeStaleLock(lockFile: string, aside: string, stale: LockContent): Promise<void> {
  try {
    await rename(lockFile, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = await readLock(aside);
  if (moved && moved.pid !== stale.pid) await link(aside, lockFile);
  await rm(aside, { force: true });
}

async function readLock(lockFile: string): Promise<LockContent | null> {
  try {
    return JSON.parse(await readFile(lockFile, 'utf8')) as LockContent;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}

async function isLauncher(pid: number): Promise<boolean> {
  if (pid === process.pid || !isAlive(pid)) return false;
  const commandLine = await readCommandLine(pid);
  // Empty where this process may not look: then believe the lock.
  return commandLine === '' || commandLine.includes('start.mjs');
}

/** The folder's secrets; on the first start they are generated. */
export async function openSecrets(dataDir: string): Promise<Secrets> {
  const file = join(dataDir, 'secrets.json');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const secrets: Secrets = {
      STUDIO_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
      postgresPassword: randomBytes(24).toString('base64url'),
      redisPassword: randomBytes(24).toString('base64url'),
    };
    await saveSecrets(dataDir, secrets);
    return secrets;
  }
  try {
    return JSON.parse(text) as Secrets;
  } catch (error) {
    throw new Error(
      `${file} is damaged. Restore it from a backup; without its encryption key the stored credentials are lost.`,
      { cause: error },
    );
  }
}

export async function saveSecrets(dataDir: string, secrets: Secrets): Promise<void> {
  const file = join(dataDir, 'secrets.json');
  // Replaced in one step: a crash leaves the old file or the new one.
  await writeFile(`${file}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flush: true });
  await rename(`${file}.new`, file);
}
