import type { PriorDiscovery } from '@modelcontextprotocol/client';
import { DriverError, type McpTarget } from '../driver.ts';
import type { McpConnection } from './mcp-connection.ts';

/** A stale verdict “old protocol” would never be noticed: an upgraded server still answers the old greeting. */
const eraVerdictMs = 60 * 60 * 1000;
/** Verdicts are a few hundred bytes; a studio has tens of servers. */
const maxEraVerdicts = 500;

interface Entry {
  key: string;
  opening: Promise<McpConnection>;
  users: number;
  idleTimer?: NodeJS.Timeout;
}

/** One lease of a shared connection. */
export interface Lease {
  connection: McpConnection;
  /** False when the connection had been used before and may have gone stale since. */
  isFresh: boolean;
  /** True while no other call uses the connection. */
  isAlone(): boolean;
  /** Closes the connection: the next call opens another. */
  discard(): void;
}

export interface McpPool {
  /** Lends the connection of `target.key`, opening it when there is none. Throws DriverError when that fails. */
  use<T>(target: McpTarget, signal: AbortSignal, work: (lease: Lease) => Promise<T>): Promise<T>;
  /** Closes every connection, also those still opening; lends nothing afterwards. */
  close(): Promise<void>;
}

/** At most one connection for each `target.key`, closed after `idleMs` without a user. */
export function createMcpPool(options: {
  open: (target: McpTarget, prior: PriorDiscovery | undefined) => Promise<McpConnection>;
  idleMs: number;
}): McpPool {
  const entries = new Map<string, Entry>();
  const closing = new Set<Promise<void>>();
  const verdicts = new Map<string, { era: PriorDiscovery; until: number }>();
  let isClosed = false;

  const discard = (entry: Entry) => {
    clearTimeout(entry.idleTimer);
    if (entries.get(entry.key) === entry) entries.delete(entry.key);
    const done = entry.opening.then(
      (connection) => connection.close(),
      () => undefined, // never opened: whoever waited for it was told why
    );
    closing.add(done);
    void done.finally(() => closing.delete(done));
  };

  const openEntry = (target: McpTarget): Entry => {
    const { key } = target;
    const known = verdicts.get(key);
    verdicts.delete(key); // put back only by a connection that stands
    const prior = known && known.until > Date.now() ? known : undefined;
    const entry: Entry = { key, users: 0, opening: options.open(target, prior?.era) };
    entries.set(key, entry);
    entry.opening.then(
      ({ era, closed }) => {
        verdicts.set(key, prior ?? { era, until: Date.now() + eraVerdictMs });
        if (verdicts.size > maxEraVerdicts) verdicts.delete(verdicts.keys().next().value ?? '');
        void closed.then(() => discard(entry));
      },
      () => discard(entry),
    );
    return entry;
  };

  return {
    async use(target, signal, work) {
      if (isClosed)
        throw new DriverError(
          'UNREACHABLE',
          'The connections to MCP servers are closed: the process is stopping.',
        );
      const held = entries.get(target.key);
      const entry = held ?? openEntry(target);
      entry.users += 1;
      clearTimeout(entry.idleTimer);
      let isOpen = false;
      try {
        const connection = await orAborted(entry.opening, signal);
        isOpen = true;
        return await work({
          connection,
          isFresh: !held,
          isAlone: () => entry.users === 1,
          discard: () => discard(entry),
        });
      } finally {
        entry.users -= 1;
        if (entry.users === 0 && entries.get(target.key) === entry) {
          if (!isOpen)
            discard(entry); // nobody waits for it any more
          else entry.idleTimer = setTimeout(() => discard(entry), options.idleMs).unref();
        }
      }
    },
    async close() {
      isClosed = true;
      for (const entry of [...entries.values()]) discard(entry);
      await Promise.all(closing);
    },
  };
}

/** The signal ends this caller's wait, not the connection that others may be waiting for too. */
async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let fail = () => {};
  const aborted = new Promise<never>((_, reject) => {
    fail = () => reject(new DriverError('CANCELLED', 'The call to the MCP server was cancelled.'));
    signal.addEventListener('abort', fail, { once: true });
  });
  if (signal.aborted) fail();
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', fail);
  }
}
