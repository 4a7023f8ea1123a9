import { createHash, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openTestApp } from '../../../test/setup/app.ts';
import { openTestMachine } from '../../../test/setup/machine.ts';
import { seedMember, seedViewer } from '../../../test/setup/run.ts';
import { createRateLimiter } from '../../platform/rate-limiter.ts';
import { createRedis } from '../../platform/redis.ts';
import { createHashingQueue } from './hashing-queue.ts';

const testMachine = await openTestMachine({ STUDIO_REGISTRATION: 'OPEN' });
const { machine, env } = testMachine;
const { post } = await openTestApp(testMachine);
const PASSWORD = 'correct horse battery';
const LOGIN = `mutation ($input: AuthLoginInput!) { authLogin(input: $input) {
  __typename ... on Error { code } } }`;

async function emailOfMember(): Promise<string> {
  const viewer = await seedViewer(machine);
  const { userId } = await seedMember(machine, viewer.organizationId, 'VIEWER');
  return (await machine.db.user.findUniqueOrThrow({ where: { id: userId } })).email;
}

/** What a sign-in from an address answers: a code, or SIGNED_IN. */
async function signIn(email: string, password: string, address = '192.0.2.1') {
  const { body, status, headers } = await post(
    null,
    LOGIN,
    { input: { email, password } },
    { 'x-forwarded-for': address },
  );
  const result = (body.data as { authLogin: { code?: string } | null } | null)?.authLogin;
  const error = body.errors?.[0];
  return {
    code: error?.extensions.code ?? result?.code ?? 'SIGNED_IN',
    seconds: (error?.extensions as { retryAfterSeconds?: number } | undefined)?.retryAfterSeconds,
    status,
    retryAfter: headers.get('retry-after'),
  };
}

/** As if so much had been counted. */
const count = (name: string, key: string, points: number) =>
  testMachine.redis.set(`${env.REDIS_PREFIX}:limit:${name}:${key}`, points, 'EX', 60);

const codesOf = (answers: { code: string }[]) => answers.map(({ code }) => code);
const times = <T>(count: number, make: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)));

describe('wrong passwords', () => {
  it('[AUTH-3] are evaluated ten times for one account and address, and then not even the right one is', async () => {
    const email = await emailOfMember();
    const answers = codesOf(await times(30, () => signIn(email, 'wrong password')));
    expect(answers.filter((code) => code === 'INVALID_CREDENTIALS')).toHaveLength(10);
    expect(answers.filter((code) => code === 'RATE_LIMITED')).toHaveLength(20);

    const refused = await signIn(email, PASSWORD);
    expect(refused).toMatchObject({ code: 'RATE_LIMITED', status: 429 });
    expect(refused.seconds).toBeGreaterThan(14 * 60);
    expect(refused.seconds).toBeLessThanOrEqual(15 * 60);
    expect(refused.retryAfter).toBe(String(refused.seconds));
    expect((await signIn(email, PASSWORD, '192.0.2.2')).code).toBe('SIGNED_IN');
  });

  it('[AUTH-3] of an account that there is not are answered just the same', async () => {
    const email = `${randomUUID()}@example.com`;
    const answers = codesOf(await times(12, () => signIn(email, 'wrong password', '192.0.2.3')));
    expect(answers.filter((code) => code === 'INVALID_CREDENTIALS')).toHaveLength(10);
    expect(answers.filter((code) => code === 'RATE_LIMITED')).toHaveLength(2);
  });

  it('[AUTH-3] do not count once the right one was given', async () => {
    const email = await emailOfMember();
    for (let round = 0; round < 2; round += 1) {
      await times(9, () => signIn(email, 'wrong password', '192.0.2.4'));
      expect((await signIn(email, PASSWORD, '192.0.2.4')).code).toBe('SIGNED_IN');
    }
  });

  it('[AUTH-3] from many addresses slow an account down, but not where it has been used before', async () => {
    const email = await emailOfMember();
    const home = '198.51.100.1';
    expect((await signIn(email, PASSWORD, home)).code).toBe('SIGNED_IN');
    await count('sign-in-account', createHash('sha256').update(email).digest('base64url'), 30);
    const answers = await times(5, (index) => signIn(email, 'wrong password', `203.0.113.${index}`));
    // One has its turn.
    expect(codesOf(answers).filter((code) => code === 'INVALID_CREDENTIALS')).toHaveLength(1);

    const elsewhere = await signIn(email, PASSWORD, '198.51.100.2');
    expect(elsewhere.code).toBe('RATE_LIMITED');
    expect(elsewhere.seconds).toBeLessThanOrEqual(60);
    expect((await signIn(email, PASSWORD, home)).code).toBe('SIGNED_IN');
  });

  it('[AUTH-3] from one address for many accounts are counted together', async () => {
    await count('sign-in-address', '192.0.2.5', 99);
    const answers = await times(3, () =>
      signIn(`${randomUUID()}@example.com`, 'wrong password', '192.0.2.5'),
    );
    expect(codesOf(answers).filter((code) => code === 'RATE_LIMITED')).toHaveLength(2);
  });

  it('[AUTH-3] are counted by the process, more strictly, while Redis is away', async () => {
    const redis = createRedis({ url: 'redis://127.0.0.1:1', use: 'producer', log: machine.log });
    const limiter = createRateLimiter({ redis, prefix: env.REDIS_PREFIX, log: machine.log });
    const allowance = { name: 'test', points: 10, windowSeconds: 60 };
    const taken = await times(10, () => limiter.take(allowance, 'key'));
    redis.disconnect();
    expect(taken.filter(({ isAllowed }) => isAllowed)).toHaveLength(5);
  });
});

describe('other ways in', () => {
  it('[AUTH-3] creates a bounded number of accounts for one address', async () => {
    const REGISTER = `mutation ($input: AuthRegisterInput!) { authRegister(input: $input) { __typename } }`;
    await count('register', '192.0.2.6', 30);
    const input = {
      email: `${randomUUID()}@example.com`,
      password: PASSWORD,
      name: 'A',
      organizationName: 'A',
    };
    const { body } = await post(null, REGISTER, { input }, { 'x-forwarded-for': '192.0.2.6' });
    expect(body.errors?.map(({ extensions }) => extensions.code)).toEqual(['RATE_LIMITED']);
  });

  it('[AUTH-3] looks up a bounded number of dead refresh tokens for one address', async () => {
    const REFRESH = `mutation { authRefresh(input: { refreshToken: "none" }) { ... on Error { code } } }`;
    await count('refresh', '192.0.2.7', 58);
    const answers = await times(4, () => post(null, REFRESH, {}, { 'x-forwarded-for': '192.0.2.7' }));
    const refused = answers.filter(({ body }) => body.errors?.[0]?.extensions.code === 'RATE_LIMITED');
    expect(refused).toHaveLength(2);
  });
});

describe('the queue of passwords to hash', () => {
  it('[AUTH-3] works on a few at once, lets a few wait and refuses the rest at once', async () => {
    const queue = createHashingQueue({ lanes: 2, mostWaiting: 3 });
    let running = 0;
    let most = 0;
    const ends: (() => void)[] = [];
    const work = async () => {
      most = Math.max(most, (running += 1));
      await new Promise<void>((resolve) => ends.push(resolve));
      running -= 1;
    };
    const results = Array.from({ length: 10 }, () =>
      queue.run(work).then(
        () => 'DONE',
        (error: { code: string }) => error.code,
      ),
    );
    const refused = await Promise.all(results.slice(5));
    expect(refused).toEqual(Array(5).fill('RATE_LIMITED'));
    for (let done = 0; done < 5; done += 1) {
      await expect.poll(() => ends.length).toBeGreaterThan(0);
      ends.shift()!();
    }
    expect(await Promise.all(results.slice(0, 5))).toEqual(Array(5).fill('DONE'));
    expect(most).toBe(2);
  });
});
