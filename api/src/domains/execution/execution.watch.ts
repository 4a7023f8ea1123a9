import { authorize } from '../policy.ts';
import { endOfIdentity, type StreamContext } from '../stream.ts';
import { type ExecutionFilter, executionWhere } from './execution.list.ts';
import { executionPolicy } from './execution.policy.ts';

/** How many executions a watcher of changes is shown before the first change. */
const PRESENT_STATE = 20;

export async function* watchChanges(
  ctx: StreamContext,
  args: { filter: ExecutionFilter },
): AsyncGenerator<{ executionId: string }, void, void> {
  const viewer = authorize(ctx, 'read', executionPolicy);
  const signal = AbortSignal.any([ctx.signal, ctx.identityEnded]);
  // A set: a run that changes faster than the watcher reads is told once. It is bounded by the runs of a tenant.
  const changed = new Set<string>();
  let wake: () => void = () => undefined;
  const subscription = await ctx.pubsub.listen('execution', viewer.organizationId, ({ executionId }) => {
    changed.add(executionId);
    wake();
  });
  const onAbort = () => wake();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const present = await ctx.db.taskExecution.findMany({
      where: executionWhere(ctx, args.filter),
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: PRESENT_STATE,
      select: { id: true },
    });
    for (const { id } of present.reverse()) yield { executionId: id };
    while (!signal.aborted) {
      const [executionId] = changed;
      if (executionId === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (changed.size > 0 || signal.aborted) resolve();
        });
        continue;
      }
      changed.delete(executionId);
      const ability = await ctx.currentAbility();
      if (!ability) throw endOfIdentity();
      const isMatch = await ctx.db.taskExecution.count({
        where: { AND: [executionWhere({ ability }, args.filter), { id: executionId }] },
      });
      if (isMatch > 0) yield { executionId };
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    subscription.stop();
  }
  if (ctx.identityEnded.aborted) throw endOfIdentity();
}
