import type { PageSource } from '../../platform/paged.ts';
import type { StudioAbility } from '../policy.ts';
import type { StoredEvent } from '../run-events.ts';
import { endOfIdentity, type StreamContext } from '../stream.ts';
import { getExecution } from './execution.service.ts';

/**
 * Replay, then live, page by page. Whether the viewer may still see the run is asked again whenever the viewer's rights may have
 * changed; the stream of an ended identity ends with UNAUTHENTICATED.
 */
export async function watchExecution(
  ctx: StreamContext,
  args: { executionId: string; after: number },
): Promise<PageSource<StoredEvent>> {
  await requireSeen(ctx, args.executionId);
  return new WatchedExecution(ctx, args);
}

const requireSeen = (ctx: StreamContext, executionId: string) =>
  getExecution(ctx, { query: { select: { id: true } }, executionId, path: ['executionId'] });

class WatchedExecution implements PageSource<StoredEvent> {
  private readonly executionId: string;
  private readonly pages: PageSource<StoredEvent>;
  private readonly identity: ReturnType<StreamContext['watchIdentity']>;
  private checked: StudioAbility;
  /** Until it is known that the viewer may still see it. */
  private held: readonly StoredEvent[] | null = null;
  private isHeldAllowed = false;

  constructor(
    private readonly ctx: StreamContext,
    args: { executionId: string; after: number },
  ) {
    const { signal, replays } = ctx;
    this.executionId = args.executionId;
    this.checked = ctx.ability;
    this.pages = ctx.tails.watch({ ...args, signal, replays });
    this.identity = ctx.watchIdentity(() => void this.pages.return());
    if (this.identity.isEnded) void this.pages.return();
  }

  takePage(): readonly StoredEvent[] | null | undefined {
    const page = this.held ?? this.pages.takePage();
    if (!page) {
      if (page === null && this.identity.isEnded) throw endOfIdentity();
      if (page === null) this.return();
      return page;
    }
    const isAllowed = this.isHeldAllowed || this.ctx.knownAbility() === this.checked;
    this.held = isAllowed ? null : page;
    this.isHeldAllowed = false;
    return isAllowed ? page : undefined;
  }

  news(): Promise<unknown> {
    return this.held ? this.checkRights() : this.pages.news();
  }

  return(): void {
    this.held = null;
    this.identity.release();
    void this.pages.return();
  }

  private async checkRights(): Promise<void> {
    const ability = await this.ctx.currentAbility();
    if (!ability) throw endOfIdentity();
    if (ability !== this.checked) await requireSeen({ ...this.ctx, ability }, this.executionId);
    this.checked = ability;
    this.isHeldAllowed = true;
  }
}
