import type { ServiceContext } from '../context.ts';
import { executionPolicy } from './execution.policy.ts';
import {
  decodeCursor,
  encodeCursor,
  type PageArgs,
  refusedCursor,
  sizeOf,
  type TotalOrder,
} from '../keyset.ts';
import { authorize } from '../policy.ts';
import type { StoredEvent } from '../run-events.ts';
import { pageLog } from '../execution-event/execution-event.read.ts';

/** One page of the log of an execution that the caller has been given; `lastSeq` is its newest event. */
export async function pageEvents(
  ctx: ServiceContext,
  args: PageArgs & { executionId: string; lastSeq: number },
) {
  authorize(ctx, 'read', executionPolicy);
  const size = sizeOf(args);
  const after = args.after == null ? 0 : seqOf(args.executionId, args.after, 'after');
  const before = args.before == null ? null : seqOf(args.executionId, args.before, 'before');
  const isFromEnd = args.last != null;
  // One row more than asked for tells whether there is a further page.
  const rows = await pageLog(ctx.sql, {
    executionId: args.executionId,
    after,
    before,
    limit: size + 1,
    isFromEnd,
  });
  const hasMore = rows.length > size;
  const page = isFromEnd ? rows.slice(-size) : rows.slice(0, size);
  return {
    edges: page.map((node) => ({ cursor: cursorOf(node), node })),
    pageInfo: {
      hasNextPage: isFromEnd ? before !== null && before <= args.lastSeq : hasMore,
      hasPreviousPage: isFromEnd ? hasMore : after > 0,
      startCursor: page[0] ? cursorOf(page[0]) : null,
      endCursor: page.length > 0 ? cursorOf(page.at(-1)!) : null,
    },
    // Kept with the run, so it is exact however long the log is.
    count: () => ({ totalCount: args.lastSeq, isCapped: false }),
  };
}

/** A place in the log of one run: the cursor of another run's log is refused. */
const BY_SEQ: TotalOrder = {
  noun: 'ExecutionEvent',
  column: { path: 'seq', type: 'integer' },
  direction: 'asc',
};

const cursorOf = ({ executionId, seq }: StoredEvent): string =>
  encodeCursor(BY_SEQ, { id: executionId, seq });

function seqOf(executionId: string, cursor: string, argument: string): number {
  const { id, value } = decodeCursor(BY_SEQ, cursor, argument);
  if (id !== executionId) throw refusedCursor(argument);
  return Number(value);
}
