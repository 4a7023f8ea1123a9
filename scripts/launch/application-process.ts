import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { endProcess } from '../services/supervised-process.ts';
import type { KeptProcess } from './keeper.ts';
import { PROJECT_DIR } from './settings.ts';

const EXIT_WITH_PARENT = new URL('./exit-with-parent.mjs', import.meta.url).href;

export interface ApplicationCommand {
  /** Arguments to node: the script and its own. */
  args: string[];
  env: NodeJS.ProcessEnv;
  /** Time to finish work in hand after SIGTERM. */
  graceMs: number;
  onLine: (line: string) => void;
}

export interface ApplicationProcess extends KeptProcess {
  pid: number;
}

/** Starts one Node process of the application, which ends with this one whatever happens. */
export async function startApplicationProcess(command: ApplicationCommand): Promise<ApplicationProcess> {
  const child = spawn(process.execPath, ['--import', EXIT_WITH_PARENT, ...command.args], {
    cwd: PROJECT_DIR,
    env: command.env,
    // A group of its own: Ctrl-C reaches the launcher alone, and what the process has started can be ended with it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  await once(child, 'spawn');
  const pid = child.pid as number;
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream as NodeJS.ReadableStream }).on('line', command.onLine);
  }
  const exited = once(child, 'exit').then(() => {
    // Tool servers that a killed worker had started.
    endProcess(-pid, 'SIGKILL');
  });
  return {
    pid,
    exited,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), command.graceMs);
      await exited;
      clearTimeout(timer);
    },
  };
}
