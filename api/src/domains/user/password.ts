import { hash, needsRehash, verify } from 'argon2';
import { createHashingQueue } from './hashing-queue.ts';

/** OWASP's second argon2id profile: 19 MiB, two passes, one lane. */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** One for the process: its cores are what is scarce. */
const queue = createHashingQueue();

/** argon2id, PHC string. Throws RATE_LIMITED while too many are waiting. */
export const hashPassword = (password: string): Promise<string> =>
  queue.run(() => hash(password, PARAMETERS));

/** Of no account: a hash with the same parameters, so that looking for one takes the same time. */
const DECOY =
  '$argon2id$v=19$m=19456,t=2,p=1$zqHX3M6pE7dWrLW9iDL7ng$HyQlve5oD08BXY3hTk5EkSDqU/TXijKJHTToBjpqNys';

/**
 * Takes as long for an account that does not exist (`null`) as for a wrong password. Throws RATE_LIMITED while too many
 * are waiting.
 */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  const isRight = await queue.run(() => verify(passwordHash ?? DECOY, password));
  return isRight && passwordHash !== null;
}

export const isOutdatedHash = (passwordHash: string): boolean => needsRehash(passwordHash, PARAMETERS);
