import type { Logger } from './logger.ts';

/** A process that hangs in its shutdown is ended after this; a supervisor would kill it sooner or later anyway. */
const SHUTDOWN_MS = 20_000;

/**
 * Runs `start` until SIGTERM or SIGINT, then the closer that it returned. A failed start is one message and exit code 1;
 * so is whatever was thrown where nobody caught it, since the state of the process is not known any more.
 */
export async function runProcess(log: Logger, start: () => Promise<() => Promise<void>>): Promise<void> {
  const fail = (error: unknown) => {
    log.fatal({ err: error }, error instanceof Error ? error.message : 'The process failed');
    process.exit(1);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  let close: () => Promise<void>;
  try {
    close = await start();
  } catch (error) {
    return fail(error);
  }
  let isClosing = false;
  const stop = (signal: NodeJS.Signals) => {
    if (isClosing) return;
    isClosing = true;
    log.info({ signal }, 'Shutting down');
    setTimeout(() => fail(new Error('The shutdown did not come to its end')), SHUTDOWN_MS).unref();
    close().then(() => process.exit(0), fail);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
