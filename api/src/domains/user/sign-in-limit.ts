import { createHash } from 'node:crypto';
import { RateLimitedError } from '../../platform/errors.ts';
import { type Allowance, networkOf, type Taken } from '../../platform/rate-limiter.ts';
import type { ServiceContext } from '../context.ts';

const WINDOW_SECONDS = 15 * 60;
/** Wrong passwords for one account from one address: more than a person who has forgotten it tries. */
const PAIR: Allowance = { name: 'sign-in', points: 10, windowSeconds: WINDOW_SECONDS };
/** Wrong passwords from one address for any account: an office behind one address has this many at most. */
const ADDRESS: Allowance = { name: 'sign-in-address', points: 100, windowSeconds: WINDOW_SECONDS };
/** Wrong passwords for one account from all addresses, before it is slowed down. It is never locked. */
const FREE_PER_ACCOUNT = 20;
const ACCOUNT: Allowance = {
  name: 'sign-in-account',
  points: Number.MAX_SAFE_INTEGER,
  windowSeconds: WINDOW_SECONDS,
};
/** One attempt in each of these windows once an account is slowed down; they grow, and end at a minute. */
const TURN: Allowance = { name: 'sign-in-turn', points: 1, windowSeconds: 1 };
const LONGEST_TURN_SECONDS = 60;

const TOO_MANY = 'There were too many attempts to sign in.';

/** Counts an attempt before the password is looked at, so that many at once are counted as well. */
export interface SignInAttempt {
  /** Takes the attempt back: only wrong passwords count. */
  succeeded(): Promise<void>;
}

/**
 * Throws RATE_LIMITED, even for the right password, and for an account that there is not just the same. From an address
 * from which the account has been used before it is not slowed down by what others try.
 */
export async function admitSignIn(ctx: ServiceContext, args: { email: string }): Promise<SignInAttempt> {
  const { limiter } = ctx;
  const address = addressKey(ctx);
  // An address of any length, and nobody's in clear in Redis.
  const account = createHash('sha256').update(args.email).digest('base64url');
  const pair = `${account}:${address}`;
  demand(await limiter.take(PAIR, pair), TOO_MANY);
  const [fromAddress, ofAccount] = await Promise.all([
    limiter.take(ADDRESS, address),
    limiter.take(ACCOUNT, account),
  ]);
  demand(fromAddress, TOO_MANY);
  const excess = ofAccount.taken - FREE_PER_ACCOUNT;
  if (excess > 0 && !(await isKnownAddress(ctx, args.email))) {
    const windowSeconds = Math.min(LONGEST_TURN_SECONDS, 2 ** Math.min(excess, 6));
    const turn = await limiter.take(TURN, account, { windowSeconds });
    // It was not tried, so it does not count as one of the ten.
    if (!turn.isAllowed) await limiter.giveBack(PAIR, pair, 1);
    demand(turn, TOO_MANY);
  }
  return {
    async succeeded() {
      await Promise.all([
        limiter.forget(PAIR, pair),
        limiter.giveBack(ADDRESS, address, 1),
        limiter.giveBack(ACCOUNT, account, 1),
      ]);
    },
  };
}

/** New organizations from one address: enough for people, and for a class that tries the studio. */
const REGISTRATIONS: Allowance = { name: 'register', points: 30, windowSeconds: 3_600 };

/** Throws RATE_LIMITED. */
export async function admitRegistration(ctx: ServiceContext): Promise<void> {
  demand(
    await ctx.limiter.take(REGISTRATIONS, addressKey(ctx)),
    'Too many accounts were created from this address.',
  );
}

/** Refresh tokens that are none, from one address: they cannot be guessed, but each look costs the database. */
const DEAD_REFRESHES: Allowance = { name: 'refresh', points: 60, windowSeconds: WINDOW_SECONDS };

/** Throws RATE_LIMITED. */
export async function admitRefresh(ctx: ServiceContext): Promise<SignInAttempt> {
  const address = addressKey(ctx);
  demand(
    await ctx.limiter.take(DEAD_REFRESHES, address),
    'Too many refresh tokens from this address were not valid.',
  );
  return { succeeded: () => ctx.limiter.giveBack(DEAD_REFRESHES, address, 1) };
}

function demand(taken: Taken, why: string): void {
  if (!taken.isAllowed) throw new RateLimitedError(Math.max(1, Math.ceil(taken.resetMs / 1_000)), why);
}

async function isKnownAddress(ctx: ServiceContext, email: string): Promise<boolean> {
  if (!ctx.address) return false;
  const session = await ctx.db.session.findFirst({
    where: { address: ctx.address, user: { email } },
    select: { id: true },
  });
  return session !== null;
}

const addressKey = ({ address }: Pick<ServiceContext, 'address'>): string =>
  address === null ? 'unknown' : networkOf(address);
