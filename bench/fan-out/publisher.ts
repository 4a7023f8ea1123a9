import { Redis } from 'ioredis';
import pg from 'pg';
import { ringLog } from '../../api/src/domains/execution/execution.bell.ts';
import { event, writeLog } from '../../api/src/domains/execution-event/execution-event.log.ts';
import type { Channels } from '../../api/src/domains/channels.ts';
import { createLogger } from '../../api/src/platform/logger.ts';
import { createPubSub } from '../../api/src/platform/pubsub.ts';
import { channelOf, type PublishedEvent } from './document.ts';

/** Puts events where watchers hear of them, all of one call at once. */
export interface Publisher {
  /** Returns when they were told, by the clock of this process: what was written before has been written by then. */
  publish(texts: readonly string[]): Promise<number>;
  close(): Promise<void>;
}

/** The local id of the run, for the log; what its watchers call it, for Redis. */
export interface Published {
  executionId: string;
  organizationId: string;
}

/** As floors and peers hear of events: one message for each. */
export function publishToRedis(url: string, { executionId }: Published): Publisher {
  const redis = new Redis(url);
  const channel = channelOf(executionId);
  let seq = 0;
  return {
    async publish(texts) {
      const occurredAt = new Date().toISOString();
      const toldAt = performance.now();
      await Promise.all(
        texts.map((text) => {
          seq += 1;
          return redis.publish(channel, JSON.stringify({ seq, occurredAt, text } satisfies PublishedEvent));
        }),
      );
      return toldAt;
    },
    close: async () => redis.disconnect(),
  };
}

/** As a worker of the product tells them: appended to the log under the fence, then the bell. */
export function publishToLog(
  urls: { database: string; redis: string },
  { executionId, organizationId }: Published,
): Publisher {
  const pool = new pg.Pool({ connectionString: urls.database, max: 1 });
  const log = createLogger({ name: 'bench', level: 'warn' });
  const pubsub = createPubSub<Channels>({ url: urls.redis, prefix: 'studio', log });
  const bells = { pubsub, log } as Parameters<typeof ringLog>[0];
  return {
    async publish(texts) {
      const now = new Date();
      const head = await writeLog(pool, {
        executionId,
        guard: { fence: 1 },
        events: texts.map((text) => event('OUTPUT_APPENDED', { text }, now)),
      });
      if (!head) throw new Error('The run of the bench is in other hands.');
      const toldAt = performance.now();
      ringLog(bells, executionId, { ...head, organizationId });
      return toldAt;
    },
    async close() {
      await pubsub.close();
      await pool.end();
    },
  };
}
