import type { Prisma } from '../../platform/database.ts';
import { ConflictError } from '../../platform/errors.ts';

/**
 * Where a watcher stands in the changes of its organization. Each change of status leaves the number of its transaction
 * in the row (`changedXid`). Numbers are given when a transaction begins to write, so a smaller one may be committed
 * later: a position names, beside the end, the transactions below it that were still running. What they commit is news.
 */
export interface Told {
  /** Every transaction from here on is news. */
  end: bigint;
  /** Transactions below the end that had not ended: they are news too. Bounded by the connections of PostgreSQL. */
  running: readonly bigint[];
}

export interface Position {
  told: Told;
  /** The last run of the present state that was told; null when all of it was. */
  present: { createdAt: Date; id: string } | null;
}

export const isTold = (told: Told, xid: bigint): boolean => xid < told.end && !told.running.includes(xid);

/** What is told once the changes that `seen` can see have been, up to and with the transaction `xid`. */
export function tellUpTo(told: Told, seen: Told, xid: bigint): Told {
  const isOpen = (candidate: bigint) => candidate > xid || !isTold(seen, candidate);
  return {
    end: told.end > xid ? told.end : xid + 1n,
    running: [
      ...told.running.filter(isOpen),
      ...seen.running.filter((candidate) => candidate >= told.end && candidate <= xid),
    ],
  };
}

export const untoldWhere = ({ end, running }: Told): Prisma.TaskExecutionWhereInput => ({
  // The lower bound is what the index is read from.
  changedXid: { gte: running.reduce((least, xid) => (xid < least ? xid : least), end) },
  OR: [{ changedXid: { gte: end } }, { changedXid: { in: [...running] } }],
});

/** PostgreSQL prints a snapshot as `xmin:xmax:xip_list` (documentation, section 9.27.10). */
export function parseSnapshot(text: string): Told {
  const [, end, running = ''] = text.split(':');
  return { end: BigInt(end!), running: running === '' ? [] : running.split(',').map(BigInt) };
}

const VERSION = 1;
const CURSOR = /^1:(\d{1,18}):((?:\d{1,18}(?:,\d{1,18})*)?):(?:(\d{1,13})\.([0-9a-f-]{36}))?$/;
/** Far more than a position with every connection of a large PostgreSQL running. */
const MAX_CURSOR_LENGTH = 20_000;

export function cursorOf({ told, present }: Position): string {
  const run = present ? `${present.createdAt.getTime()}.${present.id}` : '';
  return Buffer.from(`${VERSION}:${told.end}:${told.running.join(',')}:${run}`).toString('base64url');
}

/** Throws CURSOR_INVALID for anything that `cursorOf` did not make. */
export function positionOf(cursor: string): Position {
  const text = cursor.length <= MAX_CURSOR_LENGTH ? Buffer.from(cursor, 'base64url').toString() : '';
  const match = CURSOR.exec(text);
  if (!match) {
    throw new ConflictError(
      'This is not a cursor of executionChanged. Use the changeCursor of the last run you were told, or none.',
      { code: 'CURSOR_INVALID', path: ['after'] },
    );
  }
  const [, end, running, createdAt, id] = match;
  return {
    told: { end: BigInt(end!), running: running ? running.split(',').map(BigInt) : [] },
    present: createdAt && id ? { createdAt: new Date(Number(createdAt)), id } : null,
  };
}
