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

  async nextPage(): Promise<readonly StoredEvent[] | null> {
    try {
      const page = await this.pages.nextPage();
      if (page) await this.checkRights();
      else if (this.identity.isEnded) throw endOfIdentity();
      else this.return();
      return page;
    } catch (error) {
      this.return();
      throw error;
    }
  }

  return(): void {
    this.identity.release();
    void this.pages.return();
  }

  private async checkRights(): Promise<void> {
    const ability = await this.ctx.currentAbility();
    if (!ability) throw endOfIdentity();
    if (ability === this.checked) return;
    await requireSeen({ ...this.ctx, ability }, this.executionId);
    this.checked = ability;
  }
}
