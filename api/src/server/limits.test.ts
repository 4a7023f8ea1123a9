import { describe, expect, it } from 'vitest';
import { openTestApp } from '../../test/setup/app.ts';
import { openTestMachine } from '../../test/setup/machine.ts';
import { seedViewer } from '../../test/setup/run.ts';

const testMachine = await openTestMachine();
const { post, tokenOf, socket, url } = await openTestApp(testMachine);
const token = await tokenOf(await seedViewer(testMachine.machine));

const codes = (errors: readonly { extensions?: { code?: unknown } }[] | undefined) =>
  errors?.map(({ extensions }) => extensions?.code);
const BOMB =
  '{ agents(first: 100) { edges { node { executions(first: 100) { edges { node { events(first: 100) { edges { node { seq } } } } } } } } } }';
const DEEP = `{ agents { edges { node ${'{ supervisor '.repeat(12)}{ id }${' }'.repeat(12)} } } }`;

describe('what a stranger may send', () => {
  it('[API-5] refuses pages within pages before any of them is read', async () => {
    expect(codes((await post(token, BOMB)).body.errors)).toEqual(['OPERATION_TOO_COMPLEX']);
    expect(codes((await post(token, DEEP)).body.errors)).toEqual(['OPERATION_TOO_COMPLEX']);
  });

  it('[API-5] refuses the same over WebSocket', async () => {
    const errors = await new Promise<readonly { extensions?: { code?: unknown } }[] | undefined>(
      (resolve, reject) => {
        socket(token).subscribe(
          { query: BOMB },
          {
            next: (result) => resolve(result.errors),
            error: (error) =>
              Array.isArray(error) ? resolve(error as never) : reject(new Error(String(error))),
            complete: () => undefined,
          },
        );
      },
    );
    expect(codes(errors)).toEqual(['OPERATION_TOO_COMPLEX']);
  });

  it.each(['first: 0', 'first: 101', 'last: -1', 'first: 1, last: 1'])(
    '[API-1] refuses a page of %s',
    async (page) => {
      expect(codes((await post(token, `{ agents(${page}) { totalCount } }`)).body.errors)).toEqual([
        'BAD_USER_INPUT',
      ]);
    },
  );

  it('[API-5] refuses a document that nobody would write', async () => {
    const { body } = await post(token, `{ ${'viewer { id } '.repeat(2_000)} }`);
    expect(body.data).toBeUndefined();
    expect(codes(body.errors)).toEqual(['GRAPHQL_PARSE_FAILED']);
  });

  it('[API-5] refuses a body that is too large, a batch, and a form', async () => {
    const send = (body: string, type: string) =>
      fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': type }, body });
    expect(
      (
        await send(
          JSON.stringify({ query: `# ${'x'.repeat(1_100_000)}\n{ viewer { id } }` }),
          'application/json',
        )
      ).status,
    ).toBe(413);
    expect((await send(JSON.stringify([{ query: '{ viewer { id } }' }]), 'application/json')).status).toBe(
      400,
    );
    expect((await send('query=%7Bviewer%7Bid%7D%7D', 'application/x-www-form-urlencoded')).status).toBe(403);
  });

  it('[API-2] masks what it did not expect, and names the request', async () => {
    const { db } = testMachine.machine;
    const findUnique = db.user.findUnique.bind(db.user);
    db.user.findUnique = (() => Promise.reject(new Error('secret detail'))) as never;
    const { body, headers } = await post(
      token,
      '{ viewer { id } }',
      {},
      { 'x-request-id': 'request-under-test' },
    );
    db.user.findUnique = findUnique as never;
    expect(codes(body.errors)).toEqual(['INTERNAL']);
    expect(JSON.stringify(body)).not.toContain('secret detail');
    expect(body.errors![0]!.extensions.requestId).toBe('request-under-test');
    expect(headers.get('x-request-id')).toBe('request-under-test');
  });
});

describe('health', () => {
  it('[MON-2] tells that it lives, that it is ready, and its metrics', async () => {
    expect((await fetch(`${url}/health`)).status).toBe(200);
    expect(await (await fetch(`${url}/ready`)).json()).toEqual({
      status: 'ready',
      checks: { database: 'ok', redis: 'ok' },
    });
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('studio_watched_executions 0');
  });
});
