import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { PROJECT_DIR } from '../../scripts/launch/settings.ts';
import type { Answer, Call } from './calls.ts';
import { builtProgram } from './programs.ts';

const EXIT_WITH_PARENT = pathToFileURL(`${PROJECT_DIR}scripts/launch/exit-with-parent.mjs`).href;
const READABLE_STACKS = pathToFileURL(`${PROJECT_DIR}scripts/launch/readable-stacks.mjs`).href;
const KEPT_LINES = 30;
/** A process that does not end when it is asked to is ended. */
const GRACE_MS = 10_000;

export interface Child {
  name: string;
  pid: number;
  /** What a program of ours said when it was ready. */
  told: Record<string, unknown>;
  call<T>(name: string, args?: unknown): Promise<T>;
  stop(): Promise<void>;
}

/**
 * Starts a Node process as `npm start` starts those of the product: production, ended with its parent. All that is measured
 * starts this way with the same flags, so that none is favoured.
 */
export async function startChild(options: {
  name: string;
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  /** Programs of ours announce themselves; those of the product are asked by whoever starts them. */
  announces: boolean;
}): Promise<Child> {
  const probe = pathToFileURL(builtProgram('programs/probe')).href;
  const flags = ['--expose-gc', '--import', EXIT_WITH_PARENT, '--import', READABLE_STACKS, '--import', probe];
  const process_ = spawn(process.execPath, [...flags, ...options.args], {
    cwd: PROJECT_DIR,
    env: options.env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const lines: string[] = [];
  for (const stream of [process_.stdout, process_.stderr]) {
    createInterface({ input: stream! }).on('line', (line) => {
      lines.push(line);
      if (lines.length > KEPT_LINES) lines.shift();
    });
  }
  const waiting = new Map<number, (answer: Answer) => void>();
  let told: Record<string, unknown> = {};
  const ready = new Promise<void>((resolve) => {
    process_.on('message', (message: Answer | { ready: true; told: Record<string, unknown> }) => {
      if ('ready' in message) {
        told = message.told;
        resolve();
      } else {
        waiting.get(message.id)?.(message);
        waiting.delete(message.id);
      }
    });
  });
  let isStopping = false;
  const ended = once(process_, 'exit').then(([code, signal]) => {
    const why = `${options.name} ended (${String(code ?? signal)}). Its last lines:\n${lines.join('\n')}`;
    for (const [id, settle] of waiting) settle({ id, error: why });
    waiting.clear();
    return why;
  });
  await once(process_, 'spawn');
  if (options.announces) {
    const failed = await Promise.race([ready.then(() => null), ended]);
    if (failed !== null) throw new Error(failed);
  }
  let lastId = 0;
  return {
    name: options.name,
    pid: process_.pid!,
    told,
    call<T>(name: string, args: unknown = {}): Promise<T> {
      const id = (lastId += 1);
      return new Promise<T>((resolve, reject) => {
        waiting.set(id, (answer) =>
          'error' in answer
            ? reject(new Error(`${options.name}: ${answer.error}`))
            : resolve(answer.result as T),
        );
        process_.send({ id, name, args } satisfies Call);
      });
    },
    async stop() {
      if (isStopping || process_.exitCode !== null || process_.signalCode !== null) return;
      isStopping = true;
      process_.kill('SIGTERM');
      const timer = setTimeout(() => process_.kill('SIGKILL'), GRACE_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** One of the programs of the bench, with arguments that it reads from its environment. */
export const startProgram = (name: string, settings: Record<string, string> = {}): Promise<Child> =>
  startChild({
    name,
    args: [builtProgram(name)],
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...settings },
    announces: true,
  });
