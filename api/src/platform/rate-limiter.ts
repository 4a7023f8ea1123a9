import ipaddr from 'ipaddr.js';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { Logger } from './logger.ts';
import type { Redis } from './redis.ts';

/** How much of something one caller may have in a window of time. */
export interface Allowance {
  /** Part of every key in Redis. */
  name: string;
  points: number;
  windowSeconds: number;
}

/** What is left after something was taken. */
export interface Taken {
  isAllowed: boolean;
  /** In this window, this one included. */
  taken: number;
  remaining: number;
  /** Until the window ends. */
  resetMs: number;
}

export interface RateLimiter {
  /** Takes points; one command of Redis, or none while this process knows already that nothing is left. */
  take(
    allowance: Allowance,
    key: string,
    options?: { points?: number; windowSeconds?: number },
  ): Promise<Taken>;
  /** How long nothing is left, as far as this process knows without asking; 0: it does not know. */
  spentMs(allowance: Allowance, key: string): number;
  giveBack(allowance: Allowance, key: string, points: number): Promise<void>;
  /** Begins a new window. */
  forget(allowance: Allowance, key: string): Promise<void>;
}

/** A Redis that failed is asked again after this; until then no request waits for it. */
const AWAY_MS = 2_000;
/** Callers beyond their limit that are remembered; more only means that Redis is asked again. */
const MOST_SPENT = 10_000;
/** Of the limit, in each process while Redis is away: it cannot see what the others have let through. */
const SHARE_WITHOUT_REDIS = 0.5;

interface Limiters {
  shared: RateLimiterRedis;
  own: RateLimiterMemory;
}

/**
 * Counts in Redis, for all processes together; while Redis is away each process counts for itself, more strictly. It is
 * never open.
 */
export function createRateLimiter(options: { redis: Redis; prefix: string; log: Logger }): RateLimiter {
  const { redis, log } = options;
  const limiters = new Map<string, Limiters>();
  /** Past the limit nothing is left for sure, so nobody need be asked until the window ends: key → that time. */
  const spent = new Map<string, number>();
  let awayUntil = 0;

  const spentMs = ({ name }: Allowance, key: string): number => {
    const until = spent.get(`${name}:${key}`);
    if (until === undefined) return 0;
    if (until > Date.now()) return until - Date.now();
    spent.delete(`${name}:${key}`);
    return 0;
  };

  function remember({ name }: Allowance, key: string, resetMs: number): void {
    if (spent.size >= MOST_SPENT) spent.clear();
    spent.set(`${name}:${key}`, Date.now() + resetMs);
  }

  function limitersOf({ name, points, windowSeconds }: Allowance): Limiters {
    const known = limiters.get(name);
    if (known) return known;
    const common = { keyPrefix: `${options.prefix}:limit:${name}`, duration: windowSeconds };
    const shared = new RateLimiterRedis({
      ...common,
      storeClient: redis,
      points,
    });
    const own = new RateLimiterMemory({
      ...common,
      points: Math.max(1, Math.floor(points * SHARE_WITHOUT_REDIS)),
    });
    limiters.set(name, { shared, own });
    return { shared, own };
  }

  async function withRedis<T>(
    allowance: Allowance,
    ask: (limiter: RateLimiterRedis | RateLimiterMemory) => Promise<T>,
  ): Promise<T> {
    const { shared, own } = limitersOf(allowance);
    if (redis.status !== 'ready' || Date.now() < awayUntil) return ask(own);
    try {
      return await ask(shared);
    } catch (error) {
      // What is rejected with an Error has failed; with anything else it has answered "no".
      if (!(error instanceof Error)) throw error;
      awayUntil = Date.now() + AWAY_MS;
      log.warn({ err: error }, 'Redis does not count requests; this process counts its own');
      return ask(own);
    }
  }

  return {
    async take(allowance, key, { points = 1, windowSeconds } = {}) {
      const waitMs = spentMs(allowance, key);
      if (waitMs > 0) return { isAllowed: false, taken: allowance.points, remaining: 0, resetMs: waitMs };
      const custom = windowSeconds === undefined ? {} : { customDuration: windowSeconds };
      try {
        const result = await withRedis(allowance, (limiter) => limiter.consume(key, points, custom));
        return {
          isAllowed: true,
          taken: result.consumedPoints,
          remaining: result.remainingPoints,
          resetMs: Math.max(0, result.msBeforeNext),
        };
      } catch (refusal) {
        if (!(refusal instanceof RateLimiterRes)) throw refusal;
        const resetMs = Math.max(0, refusal.msBeforeNext);
        remember(allowance, key, resetMs);
        return { isAllowed: false, taken: refusal.consumedPoints, remaining: 0, resetMs };
      }
    },
    spentMs,
    async giveBack(allowance, key, points) {
      await withRedis(allowance, (limiter) => limiter.reward(key, points));
    },
    async forget(allowance, key) {
      spent.delete(`${allowance.name}:${key}`);
      await withRedis(allowance, (limiter) => limiter.delete(key));
    },
  };
}

/** The key of a network address. Who has one IPv6 address has the 2⁶⁴ around it as well. */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address.slice(0, 64);
  const parsed = ipaddr.process(address);
  return parsed instanceof ipaddr.IPv6
    ? `${parsed.parts
        .slice(0, 4)
        .map((part) => part.toString(16))
        .join(':')}::/64`
    : parsed.toString();
}
