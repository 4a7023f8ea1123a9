import type { ServiceContext } from '../context.ts';
import { openBell } from '../bell.ts';
import { authorize } from '../policy.ts';
import { endOfIdentity, type StreamContext } from '../stream.ts';
import { type ApprovalFilter, approvalWhere } from './approval.list.ts';
import { approvalPolicy } from './approval.policy.ts';

/** An inbox shows no more than that at once; what waits beyond it comes as the first ones are decided. */
const MOST_PENDING = 200;

/**
 * Approvals as an inbox sees them: those that wait, oldest first, then each that comes to wait, is put before others or is
 * decided. The rows are the truth and bells only wake: what is told is the difference to what was told before.
 */
export async function* watchApprovals(
  ctx: StreamContext,
  filter: ApprovalFilter | null,
): AsyncGenerator<string, void, void> {
  const { organizationId } = authorize(ctx, 'read', approvalPolicy);
  const identity = ctx.watchIdentity();
  const signal = AbortSignal.any([ctx.signal, identity.ended]);
  const bell = await openBell(ctx, { channel: 'approval', key: organizationId, signal });
  /** Those that wait, with what else was told of them. */
  let told = new Map<string, string>();
  try {
    while (!signal.aborted) {
      const ability = await ctx.currentAbility();
      if (!ability) throw endOfIdentity();
      const waiting = await readPending({ ...ctx, ability }, filter);
      for (const [id, look] of waiting) if (told.get(id) !== look) yield id;
      for (const id of told.keys()) if (!waiting.has(id)) yield id;
      told = waiting;
      await bell.next();
    }
  } finally {
    bell.stop();
    identity.release();
  }
  if (identity.ended.aborted) throw endOfIdentity();
}

async function readPending(ctx: ServiceContext, filter: ApprovalFilter | null): Promise<Map<string, string>> {
  const rows = await ctx.db.approval.findMany({
    where: { AND: [approvalWhere(ctx, filter), { status: 'PENDING' }] },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
    take: MOST_PENDING,
    select: { id: true, escalatedAt: true },
  });
  return new Map(rows.map(({ id, escalatedAt }) => [id, String(escalatedAt?.getTime() ?? '')]));
}
