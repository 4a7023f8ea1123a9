import { availableParallelism } from 'node:os';
import { hash, needsRehash, verify } from 'argon2';

/** OWASP's second argon2id profile: 19 MiB, two passes, one lane. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Hashing takes about 20 ms of a core; at most this many at once leave a core for everybody else. */
const MOST_AT_ONCE = Math.max(1, availableParallelism() - 1);
let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= MOST_AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  running += 1;
  try {
    return await work();
  } finally {
    running -= 1;
    waiting.shift()?.();
  }
}

/** argon2id, PHC string. */
export const hashPassword = (password: string): Promise<string> => inTurn(() => hash(password, PARAMETERS));

let decoy: Promise<string> | null = null;

/** Takes as long for an account that does not exist (`null`) as for a wrong password. */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  const against = passwordHash ?? (await (decoy ??= hashPassword('no account has this password')));
  const isRight = await inTurn(() => verify(against, password));
  return isRight && passwordHash !== null;
}

export const isOutdatedHash = (passwordHash: string): boolean => needsRehash(passwordHash, PARAMETERS);
