import { DriverError, type McpTarget } from '../driver.ts';
import type { McpConnection } from './mcp-connection.ts';

/** A stale verdict “old era” would never be noticed: a server that was upgraded still answers the old greeting. */
const eraVerdictMs = 60 * 60 * 1000;
/** A studio has tens of servers, and an entry for each of their workspaces. */
const maxEraVerdicts = 500;

interface Entry {
  key: string;
  serverId: string;
  scope: string | null;
  opening: Promise<McpConnection>;
  /** Ends an opening that nobody waits for. */
  abandon: AbortController;
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
  /** The next call opens another connection; this one is closed when its last user is done. */
  retire(): void;
}

export interface McpPool {
  /** Lends the connection of `target.key`, opening it when there is none. Throws DriverError when that fails. */
  use<T>(target: McpTarget, signal: AbortSignal, work: (lease: Lease) => Promise<T>): Promise<T>;
  /** Closes the connections of a scope, and waits for that. */
  release(scope: string): Promise<void>;
  /** Closes the connections of a server, whoever uses them. */
  drop(serverId: string): void;
  /** Closes every connection, also those still opening; lends nothing afterwards. */
  close(): Promise<void>;
}

/** At most one connection for each `target.key`; one without a scope is closed after `idleMs` without a user. */
export function createMcpPool(options: {
  open: (target: McpTarget, found: { isLegacy: boolean; signal: AbortSignal }) => Promise<McpConnection>;
  idleMs: number;
}): McpPool {
  /** Those that are lent. */
  const entries = new Map<string, Entry>();
  /** Those that are not closed yet, retired ones too. */
  const open = new Set<Entry>();
  const closing = new Map<Promise<void>, Entry>();
  /** Until when a server, by key, is taken to be of the old era. */
  const legacyUntil = new Map<string, number>();
  let isClosed = false;

  const end = (entry: Entry) => {
    if (!open.delete(entry)) return;
    clearTimeout(entry.idleTimer);
    entry.abandon.abort();
    const done = entry.opening.then(
      (connection) => connection.close(),
      () => undefined, // never opened: whoever waited for it was told why
    );
    closing.set(done, entry);
    void done.finally(() => closing.delete(done));
  };
  const forget = (entry: Entry) => {
    if (entries.get(entry.key) === entry) entries.delete(entry.key);
    end(entry);
  };
  const retire = (entry: Entry) => {
    if (entries.get(entry.key) === entry) entries.delete(entry.key);
    if (entry.users === 0) end(entry);
  };

  const openEntry = (target: McpTarget): Entry => {
    const { key, serverId, scope } = target;
    // A run's own connection asks no server again that another has found to be old.
    const era = scope === null ? key : key.replace(`:${scope}`, '');
    const until = legacyUntil.get(era) ?? 0;
    legacyUntil.delete(era); // put back only by a connection that stands
    const isKnown = until > Date.now();
    const abandon = new AbortController();
    const opening = options.open(target, { isLegacy: isKnown, signal: abandon.signal });
    const entry: Entry = { key, serverId, scope, users: 0, abandon, opening };
    entries.set(key, entry);
    open.add(entry);
    opening.then(
      ({ isLegacy, closed }) => {
        if (isLegacy) legacyUntil.set(era, isKnown ? until : Date.now() + eraVerdictMs);
        if (legacyUntil.size > maxEraVerdicts) legacyUntil.delete(legacyUntil.keys().next().value!);
        void closed.then(() => retire(entry));
      },
      () => retire(entry),
    );
    return entry;
  };

  const release = (entry: Entry, wasOpen: boolean) => {
    entry.users -= 1;
    if (entry.users > 0) return;
    const isLent = entries.get(entry.key) === entry;
    // An opening that nobody waits for any more is not worth finishing.
    if (!isLent || !wasOpen) retire(entry);
    // A run may think for minutes between two calls, and the server keeps what the first has done for the second.
    else if (entry.scope === null) entry.idleTimer = setTimeout(() => retire(entry), options.idleMs).unref();
  };

  return {
    async use(target, signal, work) {
      if (isClosed)
        throw new DriverError('UNREACHABLE', 'The process is stopping and opens no connections any more.');
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
          retire: () => retire(entry),
        });
      } finally {
        release(entry, isOpen);
      }
    },
    async release(scope) {
      for (const entry of open) if (entry.scope === scope) forget(entry);
      await Promise.all([...closing].flatMap(([done, entry]) => (entry.scope === scope ? [done] : [])));
    },
    drop(serverId) {
      for (const entry of open) if (entry.serverId === serverId) forget(entry);
    },
    async close() {
      isClosed = true;
      for (const entry of open) end(entry);
      await Promise.all(closing.keys());
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
