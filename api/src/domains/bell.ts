import type { Channels } from './channels.ts';
import type { ServiceContext } from './context.ts';

/** A lost doorbell costs at most this much latency. */
const POLL_MS = 2_000;

export interface Bell {
  /** Resolves when there may be news, and when the watcher is to stop. */
  next(): Promise<void>;
  stop(): void;
}

/** A bell that is rung by a doorbell, a slow poll, the return of Redis, and the end of `signal`. */
export async function openBell(
  ctx: Pick<ServiceContext, 'pubsub'>,
  { channel, key, signal }: { channel: keyof Channels; key: string; signal: AbortSignal },
): Promise<Bell> {
  let isRung = false;
  let wake: () => void = () => undefined;
  const ring = () => {
    isRung = true;
    wake();
  };
  const subscription = await ctx.pubsub.listen(channel, key, ring);
  const forgetReconnect = ctx.pubsub.onReconnect(ring);
  const timer = setInterval(ring, POLL_MS);
  timer.unref();
  signal.addEventListener('abort', ring, { once: true });
  return {
    async next(): Promise<void> {
      if (!isRung && !signal.aborted) await new Promise<void>((resolve) => (wake = resolve));
      isRung = false;
    },
    stop() {
      subscription.stop();
      forgetReconnect();
      clearInterval(timer);
      signal.removeEventListener('abort', ring);
    },
  };
}
