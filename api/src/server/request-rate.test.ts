import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openTestApp } from '../../test/setup/app.ts';
import { openTestMachine } from '../../test/setup/machine.ts';
import { seedViewer } from '../../test/setup/run.ts';

const testMachine = await openTestMachine({
  STUDIO_RATE_LIMIT_ANONYMOUS: '5',
  STUDIO_RATE_LIMIT_MEMBER: '20',
});
const { machine } = testMachine;
const { post, tokenOf, socket } = await openTestApp(testMachine);
const from = (address: string) => ({ 'x-forwarded-for': address });

describe('requests of one minute', () => {
  it('[API-5] are counted for an address of strangers, and refused with the time to wait', async () => {
    for (let left = 4; left >= 0; left -= 1) {
      const { status, headers } = await post(
        null,
        left === 2 ? '{ nothing }' : '{ __typename }',
        {},
        from('192.0.2.1'),
      );
      expect(status).toBeLessThan(429);
      expect(headers.get('ratelimit-limit')).toBe('5');
      expect(headers.get('ratelimit-remaining')).toBe(String(left));
      expect(Number(headers.get('ratelimit-reset'))).toBeLessThanOrEqual(60);
    }
    for (let again = 0; again < 2; again += 1) {
      const { status, headers, body } = await post(null, '{ __typename }', {}, from('192.0.2.1'));
      expect(status).toBe(429);
      expect(body.data).toBeUndefined();
      const seconds = (body.errors![0]!.extensions as { retryAfterSeconds?: number }).retryAfterSeconds;
      expect(body.errors![0]!.extensions).toMatchObject({
        code: 'RATE_LIMITED',
        requestId: headers.get('x-request-id'),
      });
      expect(headers.get('retry-after')).toBe(String(seconds));
    }
    expect((await post(null, '{ __typename }', {}, from('192.0.2.2'))).status).toBe(200);
  });

  it('[API-5] are counted for a member by what they cost, alike over HTTP and WebSocket', async () => {
    const token = await tokenOf(await seedViewer(machine));
    const RATE = '{ rateLimit { limit remaining cost } }';
    expect((await post(token, RATE)).body.data).toEqual({ rateLimit: { limit: 20, remaining: 19, cost: 1 } });
    const LARGE = `{ agents(first: 100) { edges { node { executions(first: 50) { totalCount } } } } rateLimit { cost } }`;
    const { cost } = ((await post(token, LARGE)).body.data as unknown as { rateLimit: { cost: number } })
      .rateLimit;
    expect(cost).toBeGreaterThan(1);
    expect(cost).toBeLessThan(19);
    const client = socket(token);
    const ask = () =>
      new Promise<unknown>((resolve) => {
        client.subscribe(
          { query: RATE },
          {
            next: (result) => resolve(result),
            error: (error) => resolve({ errors: error }),
            complete: () => undefined,
          },
        );
      });
    const answers: string[] = [];
    for (let index = 0; index < 20; index += 1) answers.push(JSON.stringify(await ask()));
    expect(answers.filter((answer) => answer.includes('RATE_LIMITED'))).toHaveLength(20 - (19 - cost));
    expect((await post(token, RATE)).status).toBe(429);
    expect((await post(await tokenOf(await seedViewer(machine)), RATE)).status).toBe(200);
  });

  it('[API-5] of an IPv6 network are those of one caller', async () => {
    const network = `2001:db8:${Math.floor(Math.random() * 65_535).toString(16)}:1`;
    for (let index = 1; index <= 6; index += 1)
      expect(
        (await post(null, `{ __typename } # ${randomUUID()}`, {}, from(`${network}::${index}`))).status,
      ).toBe(index <= 5 ? 200 : 429);
  });
});
