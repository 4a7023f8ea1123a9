/**
 * PostgreSQL refuses to run as root, and containers and CI machines usually are root. Then its programs run as the
 * machine's `postgres` account, which is created when missing.
 */
import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ACCOUNT = 'postgres';

export interface Account {
  uid: number;
  gid: number;
}

export interface CommandAs {
  command: string;
  args: string[];
  uid?: number;
  gid?: number;
}

/** The account to run as, or null when this process is not root and can simply run things itself. */
export async function findUnprivilegedAccount(): Promise<Account | null> {
  if (process.getuid?.() !== 0) return null;
  const found = await lookUpAccount();
  if (found) return found;
  try {
    await run('useradd', ['--system', '--user-group', '--no-create-home', ACCOUNT]);
  } catch (error) {
    throw new Error(
      `PostgreSQL cannot run as root, and creating the account "${ACCOUNT}" for it failed. ` +
        'Create it (useradd --system postgres), start as an ordinary user, or set DATABASE_URL.',
      { cause: error },
    );
  }
  const created = await lookUpAccount();
  if (!created) throw new Error(`The account "${ACCOUNT}" was created and cannot be found.`);
  return created;
}

/**
 * The command line that runs `command` as `account`. Where a folder above one of `paths` is closed to that account (a
 * clone under /root is the usual case), the process keeps the one capability it needs to pass through.
 */
export async function runAs(
  account: Account | null,
  command: string,
  args: string[],
  paths: string[],
): Promise<CommandAs> {
  if (!account) return { command, args };
  const closed = await findClosedFolder(account, [command, ...paths]);
  if (closed === null) return { command, args, ...account };

  const capability = await findPassThroughCapability();
  if (capability === null) {
    throw new Error(
      `The account "${ACCOUNT}", under which PostgreSQL has to run, cannot enter ${closed}. ` +
        'Move the project elsewhere, start as an ordinary user, or set DATABASE_URL.',
    );
  }
  return {
    command: 'setpriv',
    args: [
      `--reuid=${account.uid}`,
      `--regid=${account.gid}`,
      '--clear-groups',
      // Or access(2), with which initdb looks for its parts, would not count the capability.
      '--securebits=+no_setuid_fixup',
      `--inh-caps=+${capability}`,
      `--ambient-caps=+${capability}`,
      command,
      ...args,
    ],
  };
}

async function lookUpAccount(): Promise<Account | null> {
  const passwd = await readFile('/etc/passwd', 'utf8');
  const entry = passwd.split('\n').find((line) => line.startsWith(`${ACCOUNT}:`));
  const [, , uid, gid] = entry?.split(':') ?? [];
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : null;
}

async function findClosedFolder(account: Account, paths: string[]): Promise<string | null> {
  for (const path of paths) {
    for (let folder = dirname(resolve(path)); ; folder = dirname(folder)) {
      const { mode, uid, gid } = await stat(folder);
      const execute = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001;
      if ((mode & execute) === 0) return folder;
      if (folder === dirname(folder)) break;
    }
  }
  return null;
}

/** Linux only, and only what this process may hand on (bits of CapBnd: capability.h). */
async function findPassThroughCapability(): Promise<string | null> {
  if (process.platform !== 'linux') return null;
  const status = await readFile('/proc/self/status', 'utf8');
  const bounding = BigInt(`0x${/^CapBnd:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  if (bounding & (1n << 2n)) return 'dac_read_search';
  if (bounding & (1n << 1n)) return 'dac_override';
  return null;
}
