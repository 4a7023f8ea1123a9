import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/** Places that package managers install to and that a service's PATH often lacks. */
const FURTHER_FOLDERS = ['/usr/bin', '/usr/sbin', '/usr/local/bin', '/opt/homebrew/bin'];

/** The full path of the first of these programs that is installed. */
export async function findProgram(...names: string[]): Promise<string | null> {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter).filter(Boolean), ...FURTHER_FOLDERS];
  for (const name of names) {
    for (const folder of folders) {
      const path = join(folder, name);
      if (await isRunnable(path)) return path;
    }
  }
  return null;
}

export async function isRunnable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false, // not there, or not for us
  );
}

export interface RunOptions {
  cwd?: string;
  env?: Record<string, string>;
  /** Called with each line the command writes, as its progress. */
  onLine?: (line: string) => void;
  /** Ends the command; the call then rejects. */
  signal?: AbortSignal;
}

/** Runs a command to its end. Its exit code is given back; the last lines it wrote are there for a message. */
export async function runCommand(
  command: string,
  args: string[],
  { cwd, env, onLine, signal }: RunOptions = {},
): Promise<{ code: number; tail: string }> {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    signal,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      const parts = (rest + chunk).split(/\r?\n/);
      rest = parts.pop() ?? '';
      for (const line of parts) {
        lines.push(line);
        onLine?.(line);
      }
      if (lines.length > 200) lines.splice(0, lines.length - 100);
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code: code ?? 1, tail: lines.slice(-40).join('\n') };
}

/** How to run a command as root: nothing in front, `sudo`, or null when that would ask for a password. */
async function findRootPrefix(): Promise<string[] | null> {
  if (process.getuid?.() === 0) return [];
  const sudo = await findProgram('sudo');
  if (!sudo) return null;
  return promisify(execFile)(sudo, ['-n', 'true']).then(
    () => [sudo, '-n'],
    () => null, // it wants a password, and nobody may be there to type it
  );
}

/** Installs Debian packages; false when this machine or this user cannot. */
export async function installDebianPackages(
  packages: string[],
  onLine: (line: string) => void,
): Promise<boolean> {
  const aptGet = await findProgram('apt-get');
  const prefix = aptGet ? await findRootPrefix() : null;
  if (!aptGet || !prefix) return false;
  const apt = (args: string[]) => {
    // Run level 1 keeps the package from starting a service of its own: we start private instances.
    const environment = ['DEBIAN_FRONTEND=noninteractive', 'RUNLEVEL=1'];
    const [command = 'env', ...rest] = [...prefix, 'env', ...environment, aptGet, ...args];
    return runCommand(command, rest, { onLine });
  };
  const install = ['install', '-y', '--no-install-recommends', ...packages];
  if ((await apt(install)).code === 0) return true;
  // Fresh machines have no package lists yet.
  await apt(['update']);
  return (await apt(install)).code === 0;
}
