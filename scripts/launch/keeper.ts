/** Keeps a process running: starts it again when it ends unasked, ever more slowly while that goes on. */

const FIRST_DELAY_MS = 200;
const MAX_DELAY_MS = 10_000;
/** A process that ran this long was healthy: its next restart is quick again. */
const HEALTHY_AFTER_MS = 30_000;

export interface KeptProcess {
  /** Settles when the process has ended, asked for or not. */
  exited: Promise<unknown>;
  stop(): Promise<void>;
}

export interface Keeper<Process> {
  current(): Process;
  /** Ends the process for good and waits for it. */
  stop(): Promise<void>;
}

export interface KeeperOptions<Process> {
  name: string;
  start: () => Promise<Process>;
  onEvent: (text: string) => void;
}

/** Rejects when the first start fails; later failures are retried until `stop`. */
export async function keepRunning<Process extends KeptProcess>({
  name,
  start,
  onEvent,
}: KeeperOptions<Process>): Promise<Keeper<Process>> {
  const stopping = new AbortController();
  let current = await start();

  const watch = async () => {
    let delayMs = FIRST_DELAY_MS;
    let startedAt = Date.now();
    for (;;) {
      await current.exited;
      if (stopping.signal.aborted) return;
      if (Date.now() - startedAt > HEALTHY_AFTER_MS) delayMs = FIRST_DELAY_MS;
      onEvent(`${name} ended unexpectedly; starting it again in ${delayMs} ms`);
      for (;;) {
        await pause(delayMs, stopping.signal);
        if (stopping.signal.aborted) return;
        delayMs = Math.min(delayMs * 2, MAX_DELAY_MS);
        startedAt = Date.now();
        try {
          current = await start();
          break;
        } catch (error) {
          onEvent(`${name} cannot be started, next try in ${delayMs} ms: ${String(error)}`);
        }
      }
    }
  };
  const watching = watch();

  return {
    current: () => current,
    async stop() {
      stopping.abort();
      await current.stop();
      await watching;
      // A restart may have been under way when the stop came.
      await current.stop();
    },
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
