import { readFileSync } from 'node:fs';

const PARENT_POLL_MS = 500;
/** Ctrl-C arrives twice within moments: once from the terminal, once forwarded by npm. */
const SAME_REQUEST_MS = 2000;

/**
 * Calls back once when the studio shall stop: Ctrl-C, SIGTERM, a closed terminal, or npm, which started this, being
 * gone. A later second request ends this process at once; everything it started notices and ends too.
 */
export function onStopRequest(stop: (reason: string) => void): void {
  let requestedAt: number | undefined;
  const request = (reason: string) => {
    if (requestedAt === undefined) {
      requestedAt = Date.now();
      stop(reason);
    } else if (Date.now() - requestedAt > SAME_REQUEST_MS) {
      process.exit(1);
    }
  };
  process.on('SIGINT', () => request('Ctrl-C'));
  process.on('SIGTERM', () => request('SIGTERM'));
  process.on('SIGHUP', () => request('The terminal was closed'));
  // Whoever read the output is gone; without this the next line would throw.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', () => {
      if (requestedAt === undefined) request('The output was closed');
    });
  }
  if (!process.env['npm_lifecycle_event']) return;
  const starters = findStarters();
  const timer = setInterval(() => {
    if (String(findStarters()) === String(starters)) return;
    clearInterval(timer);
    request('npm has ended');
  }, PARENT_POLL_MS);
  timer.unref();
}

/** The process that started this one, and npm above it where that is only the shell npm runs scripts in. */
function findStarters(): number[] {
  const parent = process.ppid;
  if (process.platform !== 'linux') return [parent];
  try {
    // "pid (name) state parent …"
    const [, name, grandparent] =
      /^\d+ \((.*)\) \S (\d+)/.exec(readFileSync(`/proc/${parent}/stat`, 'utf8')) ?? [];
    return name?.endsWith('sh') ? [parent, Number(grandparent)] : [parent];
  } catch {
    return [parent]; // it ended between the two looks, and the next one will tell
  }
}
