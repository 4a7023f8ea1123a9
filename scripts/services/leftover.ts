import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { endProcess } from './supervised-process.ts';

const GRACE_MS = 10_000;
const POLL_MS = 50;

/** Whether `pid` runs and its command line holds all of `marks`; a number alone may belong to anybody by now. */
export async function isProcessOf(pid: number, marks: string[]): Promise<boolean> {
  if (!Number.isSafeInteger(pid) || pid <= 0 || !isAlive(pid)) return false;
  const commandLine = await readCommandLine(pid);
  return marks.every((mark) => commandLine.includes(mark));
}

export async function readCommandLine(pid: number): Promise<string> {
  try {
    // Small Linux images come without ps.
    if (process.platform === 'linux') return await readFile(`/proc/${pid}/cmdline`, 'utf8');
    const { stdout } = await promisify(execFile)('ps', ['-ww', '-o', 'args=', '-p', String(pid)]);
    return stdout;
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === 'ENOENT' || code === 'ESRCH' || code === 1) return ''; // it ended just now
    throw error;
  }
}

/** Ends a server that outlived its keeper, with ever stronger signals. */
export async function stopLeftover(pid: number, signals: NodeJS.Signals[]): Promise<void> {
  for (const signal of signals) {
    if (!endProcess(pid, signal)) return;
    const deadline = Date.now() + GRACE_MS;
    while (Date.now() < deadline) {
      if (!isAlive(pid)) return;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
