import { Redis } from 'ioredis';
import type { Logger } from './logger.ts';

export type { Redis };

/**
 * `producer` fails fast while Redis is away, so that a request never hangs on it; `worker` and `subscriber`
 * reconnect for ever.
 */
export type RedisUse = 'producer' | 'worker' | 'subscriber';

export function createRedis(options: { url: string; use: RedisUse; log: Logger }): Redis {
  const isProducer = options.use === 'producer';
  const redis = new Redis(options.url, {
    lazyConnect: false,
    connectionName: `studio-${options.use}`,
    enableOfflineQueue: !isProducer,
    maxRetriesPerRequest: isProducer ? 1 : null,
    // A SUBSCRIBE may go out before the check, whose question is refused then: a rejection that nobody handles. A Redis that
    // is still loading takes subscriptions all the same.
    enableReadyCheck: options.use !== 'subscriber',
    ...(isProducer ? { commandTimeout: 2_000 } : {}),
    connectTimeout: 4_000,
    retryStrategy: (attempt) => Math.min(100 * 2 ** Math.min(attempt, 5), 2_000),
  });
  redis.on('error', (error) =>
    options.log.warn({ err: error, use: options.use }, 'Redis connection trouble'),
  );
  return redis;
}

/** Waits for the first connection, at most `timeoutMs`. */
export async function waitForRedis(redis: Redis, timeoutMs: number): Promise<void> {
  if (redis.status === 'ready') return;
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      redis.off('ready', onReady);
      reject(new Error('Redis does not answer. Check REDIS_URL, and that the server runs.'));
    }, timeoutMs);
    const onReady = () => {
      clearTimeout(timer);
      resolve();
    };
    redis.once('ready', onReady);
  });
}
