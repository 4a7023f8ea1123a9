import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, vi } from 'vitest';
import { isAlive } from '../services/leftover.ts';
import { startApplicationProcess } from './application-process.ts';
import { keepRunning } from './keeper.ts';
import { shorten } from './output.ts';

/** Prints its own pid and that of a process it has started, and stays. */
const WITH_CHILD = `
  const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  console.log(JSON.stringify([process.pid, child.pid]));
  setInterval(() => {}, 1000);
`;

async function startNode(code: string) {
  const lines: string[] = [];
  const started = await startApplicationProcess({
    args: ['--eval', code],
    env: process.env,
    graceMs: 300,
    onLine: (line) => lines.push(line),
  });
  return { ...started, lines };
}

async function pidsOf(lines: string[]): Promise<number[]> {
  return vi.waitFor(() => JSON.parse(lines[0] ?? '') as number[], 10_000);
}

describe('a process of the application', () => {
  it('[START-3] takes what it has started with it when it is killed', async () => {
    const { pid, lines, exited } = await startNode(WITH_CHILD);
    const pids = await pidsOf(lines);
    process.kill(pid, 'SIGKILL');
    await exited;
    await vi.waitFor(() => expect(pids.map(isAlive)).toEqual([false, false]), 10_000);
  });

  it('[START-3] is ended when it does not stop in time', async () => {
    const { lines, stop, pid } = await startNode(
      `process.on('SIGTERM', () => console.log('deaf')); console.log('[]'); setInterval(() => {}, 1000);`,
    );
    await pidsOf(lines);
    await stop();
    expect(isAlive(pid)).toBe(false);
    expect(lines).toContain('deaf');
  });

  it('[START-3] ends, with what it has started, when the launcher is killed', async () => {
    const launcher = spawn(
      process.execPath,
      [
        '--import',
        'tsx',
        '--input-type=module',
        '--eval',
        `import { startApplicationProcess } from './scripts/launch/application-process.ts';
         await startApplicationProcess({
           args: ['--eval', ${JSON.stringify(WITH_CHILD)}],
           env: process.env, graceMs: 1000, onLine: (line) => console.log(line),
         });`,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const [line] = (await once(createInterface({ input: launcher.stdout }), 'line')) as [string];
    const pids = JSON.parse(line) as number[];
    launcher.kill('SIGKILL');
    await vi.waitFor(() => expect(pids.map(isAlive)).toEqual([false, false]), 10_000);
  });
});

describe('keepRunning', () => {
  it('[START-3] starts a process again that was killed, and not one that was stopped', async () => {
    const pids: number[] = [];
    const events: string[] = [];
    const keeper = await keepRunning({
      name: 'worker',
      start: async () => {
        const started = await startNode('setInterval(() => {}, 1000)');
        pids.push(started.pid);
        return started;
      },
      onEvent: (text) => events.push(text),
    });
    process.kill(pids[0] as number, 'SIGKILL');
    await vi.waitFor(() => expect(pids).toHaveLength(2), 10_000);
    await keeper.stop();
    expect(pids).toHaveLength(2);
    expect(pids.map(isAlive)).toEqual([false, false]);
    expect(events).toEqual(['worker ended unexpectedly; starting it again in 200 ms']);
  });

  it('stops while it waits to start again', async () => {
    const ends: (() => void)[] = [];
    const start = vi.fn(async () => ({
      exited: new Promise<void>((resolve) => ends.push(resolve)),
      stop: () => Promise.resolve(),
    }));
    const waiting = new Promise<void>((resolve) => {
      void keepRunning({ name: 'web', start, onEvent: () => resolve() }).then(async (keeper) => {
        ends[0]?.();
        await waiting;
        await keeper.stop();
        expect(start).toHaveBeenCalledTimes(1);
      });
    });
    await waiting;
  });
});

describe('npm start', () => {
  async function start(env: Record<string, string>): Promise<{ code: number; output: string }> {
    const launcher = spawn(process.execPath, [join('scripts', 'start.mjs')], {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [launcher.stdout, launcher.stderr])
      stream.on('data', (chunk) => (output += String(chunk)));
    const [code] = (await once(launcher, 'close')) as [number];
    return { code, output };
  }

  it('[START-4] lists all faults by name, ends with 1 and leaves nothing behind', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const dataDir = join(tmpdir(), `studio-never-${process.pid}`);
    const { code, output } = await start({
      STUDIO_DATA_DIR: dataDir,
      WEB_PORT: String(port),
      WORKER_COUNT: 'many',
      DATABASE_URL: 'postgresql://user:canary@127.0.0.1:1/studio',
      REDIS_URL: 'redis://:canary@127.0.0.1:1',
    });
    taken.close();
    expect(code).toBe(1);
    for (const name of ['WEB_PORT', 'WORKER_COUNT', 'DATABASE_URL', 'REDIS_URL'])
      expect(output).toContain(name);
    expect(output).not.toContain('canary');
    await expect(access(dataDir)).rejects.toThrow('ENOENT');
  });
});

describe('shorten', () => {
  it('keeps level and message of a structured line, and any other line as it is', () => {
    expect(shorten('{"level":"info","msg":"up"}')).toBe('up');
    expect(shorten('{"level":"error","msg":"no","err":{"message":"gone"}}')).toBe('error: no: gone');
    expect(shorten('{"level":30,"msg":"up"}')).toBe('up');
    expect(shorten('{"level":40,"msg":"slow"}')).toBe('warn: slow');
    expect(shorten('{"half')).toBe('{"half');
    expect(shorten('plain')).toBe('plain');
  });
});
