/** The application's processes: what runs them, and when they count as up. */
import { join } from 'node:path';
import { startApplicationProcess, type ApplicationProcess } from './application-process.ts';
import { keepRunning, type Keeper } from './keeper.ts';
import { openProcessLog, say } from './output.ts';
import { type Settings, urlOn } from './settings.ts';

const READABLE_STACKS = new URL('./readable-stacks.mjs', import.meta.url).href;
/** A worker hands a long run back within this time; the others are quicker. */
const STOP_GRACE_MS = 15_000;
const READY_TIMEOUT_MS = 120_000;
const POLL_MS = 50;
/** A process that ends this often before all is up will not come up. */
const MAX_EARLY_ENDS = 3;

export interface Application {
  stop(): Promise<void>;
}

interface ProcessPlan {
  name: string;
  args: string[];
}

/** Starts all processes and waits until API and dashboard answer; on failure nothing is left running. */
export async function startApplication(
  settings: Settings,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Application> {
  const keepers: Keeper<ApplicationProcess>[] = [];
  const stop = async () => {
    await Promise.all(keepers.map((keeper) => keeper.stop()));
  };
  const givenUp = new AbortController();
  const earlyEnds = new Map<string, number>();
  let isUp = false;
  try {
    for (const { name, args } of planProcesses(settings)) {
      const onLine = openProcessLog(settings.dataDir, name);
      const keeper = await keepRunning({
        name,
        start: () => startApplicationProcess({ args, env, graceMs: STOP_GRACE_MS, onLine }),
        onEvent: (text) => {
          say(text);
          const ends = (earlyEnds.get(name) ?? 0) + 1;
          earlyEnds.set(name, ends);
          if (!isUp && ends >= MAX_EARLY_ENDS) {
            givenUp.abort(new Error(`${name} ends right after its start; its last lines above say why.`));
          }
        },
      });
      keepers.push(keeper);
    }
    const stopWaiting = AbortSignal.any([signal, givenUp.signal]);
    await waitForAnswer(`${urlOn(settings.apiHost, settings.apiPort)}/ready`, 'the API', stopWaiting);
    // A page, not `/`, which only leads elsewhere: the first that is rendered takes a while, and nobody should wait for it.
    await waitForAnswer(`${urlOn(settings.webHost, settings.webPort)}/sign-in`, 'the dashboard', stopWaiting);
    isUp = true;
    return { stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function planProcesses({ workerCount }: Settings): ProcessPlan[] {
  const workers = Array.from({ length: workerCount }, (_, index) => ({
    name: workerCount === 1 ? 'worker' : `worker ${index + 1}`,
    args: ['--import', READABLE_STACKS, join('api', 'dist', 'worker.js')],
  }));
  return [
    { name: 'api', args: ['--import', READABLE_STACKS, join('api', 'dist', 'main.js')] },
    ...workers,
    { name: 'web', args: [join('web', 'build', 'main.js')] },
  ];
}

async function waitForAnswer(url: string, what: string, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  let lastAnswer = 'no answer';
  while (Date.now() < deadline) {
    signal.throwIfAborted();
    try {
      const response = await fetch(url, { redirect: 'manual', signal });
      await response.body?.cancel();
      if (response.status < 500) return;
      lastAnswer = `status ${response.status}`;
    } catch (error) {
      signal.throwIfAborted();
      lastAnswer = String((error as Error).cause ?? error);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`Gave up waiting for ${what} at ${url} after ${READY_TIMEOUT_MS / 1000} s: ${lastAnswer}.`);
}
