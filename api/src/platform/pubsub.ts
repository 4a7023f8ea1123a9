import { RedisPubSub } from 'graphql-redis-subscriptions';
import { createRedis, type Redis } from './redis.ts';
import type { Logger } from './logger.ts';

/** What travels between processes, by channel. Every message is a doorbell: the rows are the truth. */
type Messages<C> = { [channel in keyof C]: object };

export interface PubSub<C extends Messages<C>> {
  /** Never throws: a doorbell that is lost costs latency (every listener also polls), not data. */
  ring<N extends keyof C & string>(channel: N, key: string, message: C[N]): void;
  /** Resolves when Redis has acknowledged the subscription, or at once while Redis is away. */
  listen<N extends keyof C & string>(
    channel: N,
    key: string,
    onMessage: (message: C[N]) => void,
  ): Promise<{ stop(): void }>;
  /** Called each time the subscriber has come back: doorbells may have been missed. Returns the unsubscriber. */
  onReconnect(listener: () => void): () => void;
  close(): Promise<void>;
}

/** `key` of a channel that everybody listens to. */
export const EVERYONE = 'all';

export function createPubSub<C extends Messages<C>>(options: {
  url: string;
  prefix: string;
  log: Logger;
}): PubSub<C> {
  const publisher = createRedis({ url: options.url, use: 'producer', log: options.log });
  const subscriber = createRedis({ url: options.url, use: 'subscriber', log: options.log });
  const engine = new RedisPubSub({ publisher, subscriber });
  const name = (channel: string, key: string) => `${options.prefix}:${channel}:${key}`;
  let isClosed = false;
  const reconnectListeners = new Set<() => void>();
  const stopHeartbeat = watchSubscriber(subscriber, publisher, `${options.prefix}:heartbeat`, options.log);
  subscriber.on('ready', () => reconnectListeners.forEach((listener) => listener()));

  return {
    ring(channel, key, message) {
      engine.publish(name(channel, key), message).catch((error: unknown) => {
        options.log.debug({ err: error, channel }, 'A doorbell was not delivered; listeners poll');
      });
    },
    async listen(channel, key, onMessage) {
      const subscription = engine.subscribe(name(channel, key), onMessage);
      let isStopped = false;
      const stop = () => {
        if (isStopped) return;
        isStopped = true;
        subscription.then(
          // Nobody owns what it sends, and there is nobody left to send it to.
          (id) => isClosed || engine.unsubscribe(id),
          (error: unknown) =>
            options.log.debug({ err: error, channel }, 'A subscription had never been established'),
        );
      };
      // While Redis is away the acknowledgement waits for its return; the listener polls until then.
      if (subscriber.status === 'ready') await subscription;
      return { stop };
    },
    onReconnect(listener) {
      reconnectListeners.add(listener);
      return () => reconnectListeners.delete(listener);
    },
    async close() {
      stopHeartbeat();
      isClosed = true;
      // Answers come in order: whatever was still being unsubscribed is done, instead of failing where nobody looks.
      if (subscriber.status === 'ready')
        await subscriber
          .ping()
          .catch((error: unknown) => options.log.debug({ err: error }, 'Redis went away before the end'));
      publisher.disconnect();
      subscriber.disconnect();
    },
  };
}

const HEARTBEAT_MS = 5_000;

/** A half-open socket never reports an error, so the subscriber listens for a message of its own and reconnects. */
function watchSubscriber(subscriber: Redis, publisher: Redis, channel: string, log: Logger): () => void {
  const own = `${channel}:${process.pid}:${Math.random().toString(36).slice(2)}`;
  let missed = 0;
  const reset = () => {
    missed = 0;
  };
  subscriber.on('message', (heard: string) => {
    if (heard === own) reset();
  });
  subscriber.subscribe(own).catch((error: unknown) => log.warn({ err: error }, 'Cannot subscribe to Redis'));
  const timer = setInterval(() => {
    if (subscriber.status !== 'ready' || publisher.status !== 'ready') return;
    missed += 1;
    if (missed > 3) {
      log.warn('The Redis subscription is silent; connecting again');
      reset();
      subscriber.disconnect(true);
    }
    publisher.publish(own, '').catch((error: unknown) => log.debug({ err: error }, 'Heartbeat not sent'));
  }, HEARTBEAT_MS);
  timer.unref();
  return () => clearInterval(timer);
}
