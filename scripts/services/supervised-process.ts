import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, rename, stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SUPERVISOR = fileURLToPath(new URL('./supervise.mjs', import.meta.url));
/** A log beyond this size is put aside at the next start, so that the data folder cannot grow for ever. */
const MAX_LOG_BYTES = 10 * 1024 * 1024;

export interface SupervisedCommand {
  command: string;
  args: string[];
  cwd: string;
  env?: Record<string, string>;
  uid?: number;
  gid?: number;
  /** Output of the server, appended. */
  logFile: string;
  /** Sent one after the other, `graceMs` apart, until the server is gone. */
  stopSignals: NodeJS.Signals[];
  graceMs: number;
  /** A folder to delete once the server has ended; for temporary servers. */
  removeAfterwards?: string;
}

export interface SupervisedProcess {
  pid: number;
  /** Settles when the server has ended, asked for or not. */
  exited: Promise<void>;
  /** Ends the server and waits for it. */
  stop(): Promise<void>;
}

/** Starts a server that cannot outlive this process, not even after a kill -9 of it. */
export async function startSupervised(command: SupervisedCommand): Promise<SupervisedProcess> {
  await putLogAside(command.logFile);
  const supervisor = spawn(process.execPath, [SUPERVISOR, JSON.stringify(command)], {
    // A session of its own: Ctrl-C in the terminal must reach the launcher alone, which stops things in order.
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  // The pipe may break when the server ended by itself; that is reported through `exited`.
  supervisor.stdin.on('error', () => undefined);
  const supervisorExited = once(supervisor, 'exit');

  const lines = createInterface({ input: supervisor.stdout });
  const first = await Promise.race([
    once(lines, 'line').then(([line]) => JSON.parse(line as string) as { pid?: number; error?: string }),
    supervisorExited.then(() => ({ pid: undefined, error: 'its supervisor ended at once' })),
  ]);
  const { pid } = first;
  if (pid === undefined) {
    throw new Error(`Cannot start ${command.command}: ${first.error ?? 'no reason given'}.`);
  }

  const exited = supervisorExited.then(([, signal]) => {
    // The supervisor itself was killed: its server lives on without a keeper, so end it here.
    if (signal !== null) endProcess(pid, 'SIGKILL');
  });
  return {
    pid,
    exited,
    async stop() {
      supervisor.stdin.end();
      await exited;
    },
  };
}

/** Signals a process; false when it no longer exists. */
export function endProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** The end of a server's log, for the message that says why it did not start. */
export async function readLogTail(logFile: string, bytes = 2000): Promise<string> {
  const file = await open(logFile, 'r');
  try {
    const { size } = await file.stat();
    const start = Math.max(0, size - bytes);
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(bytes), position: start });
    return buffer.subarray(0, bytesRead).toString('utf8').trim();
  } finally {
    await file.close();
  }
}

async function putLogAside(logFile: string): Promise<void> {
  const size = await stat(logFile).then(
    (stats) => stats.size,
    () => 0, // no log yet
  );
  if (size > MAX_LOG_BYTES) await rename(logFile, `${logFile}.1`);
}
