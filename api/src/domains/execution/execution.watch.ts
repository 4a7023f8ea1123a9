import { openBell } from '../bell.ts';
import type { ServiceContext } from '../context.ts';
import { authorize } from '../policy.ts';
import { endOfIdentity, type StreamContext } from '../stream.ts';
import { type ExecutionFilter, executionWhere } from './execution.list.ts';
import { executionPolicy } from './execution.policy.ts';
import {
  cursorOf,
  isTold,
  parseSnapshot,
  type Position,
  tellUpTo,
  type Told,
  untoldWhere,
} from './execution.position.ts';

/**
 * Watching which runs change. The rows are the truth, bells only wake: a doorbell, a slow poll or the return of Redis
 * makes a watcher look for changes that its position does not hold yet. It keeps a position and one page, whatever
 * happens around it.
 */

/** How many runs a watcher is shown before the first change. */
const PRESENT_STATE = 20;
const PAGE_SIZE = 100;

/** A run to tell in its present state, and the cursor from which nothing after it is missed. */
export interface Change {
  executionId: string;
  cursor: string;
}

/** Without a position: first the present state, then changes. */
export async function* watchChanges(
  ctx: StreamContext,
  args: { filter: ExecutionFilter; after: Position | null },
): AsyncGenerator<Change, void, void> {
  const { organizationId } = authorize(ctx, 'read', executionPolicy);
  const identity = ctx.watchIdentity();
  const signal = AbortSignal.any([ctx.signal, identity.ended]);
  const bell = await openBell(ctx, { channel: 'execution', key: organizationId, signal });
  try {
    let told = args.after?.told ?? (await readSnapshot(ctx));
    if (!args.after || args.after.present)
      yield* tellPresent(ctx, args.filter, { told, present: args.after?.present ?? null });
    while (!signal.aborted) {
      told = yield* tellChanges(ctx, args.filter, told);
      await bell.next();
    }
  } finally {
    bell.stop();
    identity.release();
  }
  if (identity.ended.aborted) throw endOfIdentity();
}

async function readSnapshot(ctx: ServiceContext): Promise<Told> {
  const { rows } = await ctx.sql.query<{ snapshot: string }>(
    'SELECT pg_current_snapshot()::text AS "snapshot"',
  );
  return parseSnapshot(rows[0]!.snapshot);
}

/** The newest runs that match, oldest first; from a position in the middle of them, those that follow. */
async function* tellPresent(
  ctx: ServiceContext,
  filter: ExecutionFilter,
  { told, present }: Position,
): AsyncGenerator<Change, void, void> {
  const select = { id: true, createdAt: true };
  const where = executionWhere(ctx, filter);
  const rows = present
    ? await ctx.db.taskExecution.findMany({
        where: {
          AND: [
            where,
            {
              OR: [
                { createdAt: { gt: present.createdAt } },
                { createdAt: present.createdAt, id: { gt: present.id } },
              ],
            },
          ],
        },
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
        take: PRESENT_STATE,
        select,
      })
    : (
        await ctx.db.taskExecution.findMany({
          where,
          orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
          take: PRESENT_STATE,
          select,
        })
      ).reverse();
  for (const [index, row] of rows.entries()) {
    const isLast = index === rows.length - 1;
    yield { executionId: row.id, cursor: cursorOf({ told, present: isLast ? null : row }) };
  }
}

/** Every run that has changed since, in order of change; returns what is told by then. */
async function* tellChanges(
  ctx: StreamContext,
  filter: ExecutionFilter,
  before: Told,
): AsyncGenerator<Change, Told, void> {
  const seen = await readSnapshot(ctx);
  const ability = await ctx.currentAbility();
  if (!ability) throw endOfIdentity();
  let told = before;
  let last: { changedXid: bigint; id: string } | null = null;
  for (;;) {
    const page: { changedXid: bigint; id: string }[] = await ctx.db.taskExecution.findMany({
      where: {
        AND: [
          executionWhere({ ability }, filter),
          untoldWhere(before),
          { changedXid: { lt: seen.end } },
          last
            ? {
                OR: [
                  { changedXid: { gt: last.changedXid } },
                  { changedXid: last.changedXid, id: { gt: last.id } },
                ],
              }
            : {},
        ],
      },
      orderBy: [{ changedXid: 'asc' }, { id: 'asc' }],
      take: PAGE_SIZE,
      select: { id: true, changedXid: true },
    });
    const isLastPage = page.length < PAGE_SIZE;
    for (const [index, row] of page.entries()) {
      // Committed after the snapshot was taken: the next look tells it, or it would be told twice.
      if (!isTold(seen, row.changedXid)) continue;
      const next = page[index + 1];
      // A transaction counts as told when the last run that it changed has been.
      if (next ? next.changedXid !== row.changedXid : isLastPage) told = tellUpTo(told, seen, row.changedXid);
      yield { executionId: row.id, cursor: cursorOf({ told, present: null }) };
    }
    last = page.at(-1) ?? null;
    if (isLastPage) return seen;
  }
}
