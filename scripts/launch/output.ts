/** What a person sees: steps of the launcher as they are, lines of the processes behind their name. */
import { createWriteStream, mkdirSync, renameSync, statSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';

const MAX_LOG_BYTES = 10 * 1024 * 1024;
/** What needs no word: ordinary progress. */
const QUIET_LEVELS = new Set(['trace', 'debug', 'info']);
/** pino's numbers, for a process whose log keeps them. */
const NUMBERED_LEVELS: Record<number, string> = { 40: 'warn', 50: 'error', 60: 'fatal' };

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Full lines go to a file in the data folder, a readable form of them to the terminal. */
export function openProcessLog(dataDir: string, name: string): (line: string) => void {
  const folder = join(dataDir, 'logs');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name.replaceAll(' ', '-')}.log`);
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size > MAX_LOG_BYTES) renameSync(path, `${path}.1`);
  const file: WriteStream = createWriteStream(path, { flags: 'a', mode: 0o600 });
  return (line) => {
    file.write(`${line}\n`);
    say(`[${name}] ${shorten(line)}`);
  };
}

/** Structured log lines become level and message; anything else stays as it is. */
export function shorten(line: string): string {
  if (!line.startsWith('{')) return line;
  try {
    const { level, msg, err } = JSON.parse(line) as {
      level?: string | number;
      msg?: string;
      err?: { message?: string };
    };
    if (typeof msg !== 'string') return line;
    const name = typeof level === 'number' ? NUMBERED_LEVELS[level] : level;
    const prefix = name === undefined || QUIET_LEVELS.has(name) ? '' : `${name}: `;
    const reason = err?.message && err.message !== msg ? `: ${err.message}` : '';
    return `${prefix}${msg}${reason}`;
  } catch {
    return line; // not JSON after all
  }
}
