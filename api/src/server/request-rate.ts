import type { ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Machine } from '../domains/context.ts';
import type { GraphQLContext } from '../graphql/context.ts';
import { type MeasuredOperation, sizeOf } from '../graphql/operation-size.ts';
import { RateLimitedError } from '../platform/errors.ts';
import type { Masking } from './masking.ts';
import { type Allowance, networkOf } from '../platform/rate-limiter.ts';

/** IETF draft-ietf-httpapi-ratelimit-headers speaks of windows in seconds. */
const WINDOW_SECONDS = 60;
/** One point, and one more for each thousand: a screen of the dashboard has some hundreds. */
const COMPLEXITY_PER_POINT = 1_000;

interface InitialContext {
  ready?: GraphQLContext;
}

/**
 * Counts operations by what they cost, for each member, and for each address of strangers, alike on HTTP, SSE and
 * WebSocket. One command of Redis an operation; none for whoever is known to have nothing left.
 */
export function createRequestRate(machine: Machine, mask: Masking['mask']): Plugin {
  const { limiter, clock } = machine;
  const { anonymous, member } = machine.settings.rateLimits;

  const allowanceOf = ({ viewer, address }: GraphQLContext): { allowance: Allowance; key: string } =>
    viewer
      ? { allowance: { name: 'member', points: member, windowSeconds: WINDOW_SECONDS }, key: viewer.userId }
      : {
          allowance: { name: 'anonymous', points: anonymous, windowSeconds: WINDOW_SECONDS },
          key: address === null ? 'unknown' : networkOf(address),
        };

  async function charge(ready: GraphQLContext, cost: number): Promise<ExecutionResult | null> {
    const { allowance, key } = allowanceOf(ready);
    // 0 switches it off.
    if (allowance.points === 0 || ready.rate.quota) return null;
    const taken = await limiter.take(allowance, key, { points: cost });
    ready.rate.quota = {
      limit: allowance.points,
      remaining: taken.remaining,
      resetAt: new Date(clock.now().getTime() + taken.resetMs),
      cost,
    };
    return taken.isAllowed ? null : refusal(ready, taken.resetMs);
  }

  function refusal(ready: GraphQLContext, resetMs: number): ExecutionResult {
    const seconds = Math.max(1, Math.ceil(resetMs / 1_000));
    return { errors: [mask(new RateLimitedError(seconds, 'You have used up your requests.'), ready)] };
  }

  function chargeOperation(args: MeasuredOperation): Promise<ExecutionResult | null> {
    const ready = args.contextValue as GraphQLContext;
    ready.rate.size = sizeOf(args);
    return charge(ready, 1 + Math.floor((ready.rate.size?.complexity ?? 0) / COMPLEXITY_PER_POINT));
  }

  return {
    onParams({ context, setResult }) {
      const { ready } = context as InitialContext;
      if (!ready) return;
      const { allowance, key } = allowanceOf(ready);
      const spentMs = allowance.points === 0 ? 0 : limiter.spentMs(allowance, key);
      if (spentMs === 0) return;
      const resetAt = new Date(clock.now().getTime() + spentMs);
      ready.rate.quota = { limit: allowance.points, remaining: 0, resetAt, cost: 0 };
      setResult(refusal(ready, spentMs));
    },
    async onExecute({ args, setResultAndStopExecution }) {
      const refused = await chargeOperation(args as unknown as MeasuredOperation);
      if (refused) setResultAndStopExecution(refused);
    },
    async onSubscribe({ args, setResultAndStopExecution }) {
      const refused = await chargeOperation(args as unknown as MeasuredOperation);
      if (refused) setResultAndStopExecution(refused as never);
    },
    async onResponse({ response, serverContext }) {
      const { ready } = serverContext as InitialContext;
      if (!ready) return;
      // What was refused before it could run has been worked on all the same.
      await charge(ready, 1);
      const { quota } = ready.rate;
      if (!quota) return;
      const seconds = Math.max(0, Math.ceil((quota.resetAt.getTime() - clock.now().getTime()) / 1_000));
      response.headers.set('ratelimit-limit', String(quota.limit));
      response.headers.set('ratelimit-remaining', String(quota.remaining));
      response.headers.set('ratelimit-reset', String(seconds));
    },
  };
}
