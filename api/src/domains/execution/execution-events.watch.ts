import type { StudioAbility } from '../policy.ts';
import { endOfIdentity, type StreamContext } from '../stream.ts';
import { getExecution } from './execution.service.ts';
import type { StoredEvent } from '../run-events.ts';

/**
 * Replay, then live, page by page. Whether the viewer may still see the run is asked again whenever the viewer's rights may have
 * changed; the stream of an ended identity ends with UNAUTHENTICATED.
 */
export async function* watchExecution(
  ctx: StreamContext,
  args: { executionId: string; after: number },
): AsyncGenerator<readonly StoredEvent[], void, void> {
  const seen = { query: { select: { id: true } }, executionId: args.executionId, path: ['executionId'] };
  await getExecution(ctx, seen);
  const identity = ctx.watchIdentity();
  let leave = (): Promise<unknown> => Promise.resolve();
  try {
    const signal = AbortSignal.any([ctx.signal, identity.ended]);
    let checked: StudioAbility = ctx.ability;
    const pages = ctx.tails.watch({ ...args, signal, replays: ctx.replays });
    leave = () => pages.return();
    for (let page = await pages.nextPage(); page; page = await pages.nextPage()) {
      const ability = await ctx.currentAbility();
      if (!ability) throw endOfIdentity();
      if (ability !== checked) {
        await getExecution({ ...ctx, ability }, seen);
        checked = ability;
      }
      yield page;
    }
    if (identity.ended.aborted) throw endOfIdentity();
  } finally {
    await leave();
    identity.release();
  }
}
