import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { PROJECT_DIR } from '../../scripts/launch/settings.ts';
import { findFreePort } from '../../scripts/services/free-port.ts';
import { memoryKibOf, treeOf } from '../harness/cpu.ts';
import { type Line, STUDIO } from '../harness/line.ts';

/** Long enough that what only the start needs has been let go. */
const IDLE_MS = 5_000;

/** START: `npm start` of a studio that is built and has its data. */
export const start: Line = {
  ids: ['START'],
  title: '`npm start` the second time: everything, until it says that it is ready; then idle',
  metrics: [
    { name: 'seconds', title: 'ready after s', digits: 1 },
    { name: 'memory', title: 'all processes, MiB', digits: 0 },
  ],
  judgements: [
    {
      id: 'START',
      says: 'seconds until the studio is ready',
      metric: 'seconds',
      to: null,
      better: 'less',
      floor: 15,
      target: 6,
    },
    {
      id: 'START',
      says: 'memory of all processes while nothing happens, MiB (shared pages once)',
      metric: 'memory',
      to: null,
      better: 'less',
      target: 450,
    },
  ],
  async open(bench) {
    const dataDir = await mkdtemp(join(bench.stores.folder, 'start-'));
    return [
      {
        kind: 'studio',
        name: STUDIO,
        // The first of them builds and writes the first data; it is the round that is thrown away.
        measure: () => startOnce(dataDir),
        close: () => rm(dataDir, { recursive: true, force: true }),
      },
    ];
  },
};

async function startOnce(dataDir: string): Promise<{ seconds: number; memory: number }> {
  const [webPort, apiPort] = [await findFreePort(), await findFreePort()];
  const startedAt = performance.now();
  const launcher = spawn(process.execPath, [join('scripts', 'start.mjs')], {
    cwd: PROJECT_DIR,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      STUDIO_DATA_DIR: dataDir,
      WEB_PORT: String(webPort),
      API_PORT: String(apiPort),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const isEnded = once(launcher, 'exit');
  const isReady = new Promise<void>((resolve, reject) => {
    createInterface({ input: launcher.stdout }).on('line', (line) => {
      if (line.includes('Studio is ready')) resolve();
    });
    void isEnded.then(() => reject(new Error('The studio ended before it was ready.')));
  });
  try {
    await isReady;
    const seconds = (performance.now() - startedAt) / 1000;
    await delay(IDLE_MS);
    const kib = treeOf(launcher.pid!).reduce((sum, pid) => sum + (memoryKibOf(pid) || 0), 0);
    return { seconds, memory: kib / 1024 };
  } finally {
    launcher.kill('SIGTERM');
    await isEnded;
  }
}
