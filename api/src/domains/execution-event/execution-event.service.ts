import { ValidationError } from '../../platform/errors.ts';
import type { ServiceContext } from '../context.ts';
import { authorize } from '../policy.ts';
import type { StoredEvent } from './execution-event.payloads.ts';
import { pageLog } from './execution-event.log.ts';

const DEFAULT_PAGE_SIZE = 20;

interface PageArgs {
  first?: number | null;
  last?: number | null;
  after?: string | null;
  before?: string | null;
}

/** One page of the log of an execution that the caller has been given; `lastSeq` is its newest event. */
export async function pageEvents(
  ctx: ServiceContext,
  args: PageArgs & { executionId: string; lastSeq: number },
) {
  authorize(ctx, 'read', 'TaskExecution');
  const after = args.after ? seqOf(args.after, 'after') : 0;
  const before = args.before ? seqOf(args.before, 'before') : null;
  const isFromEnd = args.last != null;
  const size = args.first ?? args.last ?? DEFAULT_PAGE_SIZE;
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
    totalCount: args.lastSeq,
  };
}

/** Cursors are opaque to clients; inside is the number of the event. */
const cursorOf = ({ seq }: StoredEvent): string => Buffer.from(`seq:${seq}`).toString('base64url');

function seqOf(cursor: string, argument: string): number {
  const seq = /^seq:(\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString())?.[1];
  if (seq !== undefined) return Number(seq);
  throw new ValidationError([
    { message: 'This is not a cursor of this list. Use one that it gave.', path: [argument] },
  ]);
}
