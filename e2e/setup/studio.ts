import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { findFreePort } from '../../scripts/services/free-port.ts';

declare module 'vitest' {
  interface ProvidedContext {
    studio: RunningStudio;
  }
}

/** A studio as `npm start` brings it up, with two workers, in a folder of its own. */
export interface RunningStudio {
  webUrl: string;
  apiUrl: string;
  dataDir: string;
  email: string;
  password: string;
  /** Process id of the launcher. */
  launcherPid: number;
}

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const START_TIMEOUT_MS = 240_000;

/** One studio for all journeys: each of them works on runs and servers of its own. */
export default async function startStudio(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'studio-e2e-'));
  const [webPort, apiPort] = [await findFreePort(), await findFreePort()];
  const email = 'admin@example.com';
  const password = 'correct horse battery staple';
  const launcher = spawn(process.execPath, [join(PROJECT, 'scripts', 'start.mjs')], {
    cwd: PROJECT,
    env: {
      ...process.env,
      // The runner's own settings are not for the studio.
      NODE_ENV: '',
      VITEST: '',
      DATABASE_URL: '',
      REDIS_URL: '',
      STUDIO_DATA_DIR: dataDir,
      WEB_PORT: String(webPort),
      API_PORT: String(apiPort),
      WORKER_COUNT: '2',
      // All journeys come from one address.
      STUDIO_RATE_LIMIT_ANONYMOUS: '0',
      STUDIO_ADMIN_EMAIL: email,
      STUDIO_ADMIN_PASSWORD: password,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const isGone = new Promise<void>((resolve) => launcher.once('exit', () => resolve()));
  const stop = async () => {
    launcher.kill('SIGTERM');
    await isGone;
    await rm(dataDir, { recursive: true, force: true });
  };
  try {
    await waitUntilReady(launcher, isGone);
  } catch (error) {
    await stop();
    throw error;
  }
  project.provide('studio', {
    webUrl: `http://localhost:${webPort}`,
    apiUrl: `http://127.0.0.1:${apiPort}`,
    dataDir,
    email,
    password,
    launcherPid: launcher.pid!,
  });
  return stop;
}

async function waitUntilReady(launcher: ReturnType<typeof spawn>, isGone: Promise<void>): Promise<void> {
  const lines: string[] = [];
  const ready = new Promise<void>((resolve) => {
    for (const stream of [launcher.stdout!, launcher.stderr!]) {
      createInterface({ input: stream }).on('line', (line) => {
        lines.push(line);
        if (line.startsWith('Studio is ready')) resolve();
      });
    }
  });
  const fail = (why: string) => {
    throw new Error(`${why}:\n${lines.slice(-40).join('\n')}`);
  };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, START_TIMEOUT_MS)));
  await Promise.race([
    ready,
    isGone.then(() => fail('The studio ended before it was ready')),
    late.then(() => fail('The studio did not become ready')),
  ]);
  clearTimeout(timer);
}
