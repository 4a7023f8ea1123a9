import { describe, expect, it } from 'vitest';
import { openTestApp } from '../../test/setup/app.ts';
import { openTestMachine } from '../../test/setup/machine.ts';
import { seedViewer } from '../../test/setup/run.ts';

const testMachine = await openTestMachine({
  STUDIO_ALLOWED_ORIGINS: 'https://tools.example.com',
  STUDIO_REGISTRATION: 'OPEN',
});
const { machine } = testMachine;
const { post, tokenOf, socket, url } = await openTestApp(testMachine);

const REGISTER = `mutation ($input: AuthRegisterInput!) {
  authRegister(input: $input) {
    __typename
    ... on AuthRegisterPayload { accessToken refreshToken viewer { email role organization { name } } }
    ... on Error { code message path }
  }
}`;
const LOGIN = `mutation ($input: AuthLoginInput!) {
  authLogin(input: $input) {
    __typename
    ... on AuthLoginPayload { accessToken refreshToken viewer { id } }
    ... on Error { code message path }
  }
}`;
const REFRESH = `mutation ($input: AuthRefreshInput!) {
  authRefresh(input: $input) { __typename ... on AuthRefreshPayload { accessToken refreshToken } ... on Error { code } }
}`;
const VIEWER = '{ viewer { email } }';

interface Tokens {
  __typename: string;
  code?: string;
  accessToken: string;
  refreshToken: string;
}

let count = 0;
async function register() {
  const email = `ada-${++count}@example.com`;
  const password = 'correct horse battery';
  const { body, headers } = await post(null, REGISTER, {
    input: { email, password, name: 'Ada', organizationName: 'Analytical' },
  });
  return {
    email,
    password,
    headers,
    result: (body.data as unknown as { authRegister: Tokens & { viewer: object } }).authRegister,
  };
}
const login = async (email: string, password: string) =>
  ((await post(null, LOGIN, { input: { email, password } })).body.data as unknown as { authLogin: Tokens })
    .authLogin;
const refresh = async (refreshToken: string) =>
  ((await post(null, REFRESH, { input: { refreshToken } })).body.data as unknown as { authRefresh: Tokens })
    .authRefresh;
const emailOf = async (token: string) =>
  ((await post(token, VIEWER)).body.data as unknown as { viewer: { email: string } | null } | undefined)
    ?.viewer?.email ?? null;

describe('signing in', () => {
  it('[ORG-1] registers an organization with its ADMIN, who is signed in', async () => {
    const { email, result } = await register();
    expect(result).toMatchObject({ viewer: { email, role: 'ADMIN', organization: { name: 'Analytical' } } });
    expect(await emailOf(result.accessToken)).toBe(email);
  });

  it('[AUTH-1] stores argon2id hashes', async () => {
    const { email } = await register();
    const { passwordHash } = await machine.db.user.findUniqueOrThrow({ where: { email } });
    expect(passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it('[AUTH-1] gives one answer for a wrong password and for an unknown account', async () => {
    const { email } = await register();
    const wrong = await login(email, 'not the password');
    expect(wrong).toMatchObject({ __typename: 'InvalidCredentialsError', code: 'INVALID_CREDENTIALS' });
    expect(await login('nobody@example.com', 'not the password')).toEqual(wrong);
  });

  it('[AUTH-1] names every fault of a registration with its path', async () => {
    const { body } = await post(null, REGISTER, {
      input: { email: 'nonsense', password: 'short', name: ' ', organizationName: 'X' },
    });
    expect(body.data).toMatchObject({
      authRegister: { __typename: 'ValidationError', code: 'BAD_USER_INPUT', path: ['input', 'email'] },
    });
  });

  it('[AUTH-2] sets httpOnly cookies that authenticate a browser of the same site, and no other', async () => {
    const { headers, email } = await register();
    const cookies = headers.getSetCookie();
    expect(cookies).toHaveLength(2);
    for (const cookie of cookies) expect(cookie).toMatch(/HttpOnly; SameSite=Lax/);
    const cookie = cookies.map((text) => text.split(';')[0]).join('; ');
    const own = await post(null, VIEWER, {}, { cookie, origin: machine.settings.publicUrl });
    expect(own.body.data).toEqual({ viewer: { email } });
    const foreign = await post(null, VIEWER, {}, { cookie, origin: 'https://evil.example' });
    expect(foreign.body.errors![0]!.extensions.code).toBe('ORIGIN_REFUSED');
    expect(foreign.headers.has('access-control-allow-origin')).toBe(false);
  });
});

describe('pages of other origins', () => {
  it('[API-5] may call the API when they are named, and only with a token', async () => {
    const { email, headers, result } = await register();
    const origin = 'https://tools.example.com';
    const named = await post(result.accessToken, VIEWER, {}, { origin });
    expect(named.headers.get('access-control-allow-origin')).toBe(origin);
    expect(named.body.data).toEqual({ viewer: { email } });
    const cookie = headers
      .getSetCookie()
      .map((text) => text.split(';')[0])
      .join('; ');
    expect((await post(null, VIEWER, {}, { origin, cookie })).body.data).toEqual({ viewer: null });
  });
});

describe('tokens', () => {
  it('[AUTH-1] publishes the keys that sign them', async () => {
    await register();
    const { keys } = (await (await fetch(`${url}/.well-known/jwks.json`)).json()) as {
      keys: Record<string, string>[];
    };
    expect(keys).toEqual([expect.objectContaining({ kty: 'OKP', alg: 'EdDSA', use: 'sig' })]);
    expect(keys[0]).not.toHaveProperty('d');
  });

  it('[AUTH-1] rotates refresh tokens, and revokes the session when one is used again later', async () => {
    const { result, email } = await register();
    const second = await refresh(result.refreshToken);
    expect(await emailOf(second.accessToken)).toBe(email);
    const third = await refresh(second.refreshToken);
    expect(third.__typename).toBe('AuthRefreshPayload');
    // The first token's successor has been used: whoever sends the first one now is not the owner.
    expect(await refresh(result.refreshToken)).toMatchObject({ code: 'INVALID_CREDENTIALS' });
    expect(await refresh(third.refreshToken)).toMatchObject({ code: 'INVALID_CREDENTIALS' });
    await expect.poll(() => emailOf(third.accessToken)).toBeNull();
  });

  it('[AUTH-1] gives one successor to many who refresh at the same moment', async () => {
    const { result } = await register();
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(result.refreshToken)));
    expect(new Set(answers.map(({ refreshToken }) => refreshToken)).size).toBe(1);
    expect(answers[0]!.__typename).toBe('AuthRefreshPayload');
  });

  it.each([
    ['garbage', async () => 'garbage'],
    ['of another scheme', async () => 'Basic YTpi'],
    [
      'revoked',
      async () => {
        const { result } = await register();
        await post(result.accessToken, 'mutation { authLogout { revokedSessionId } }');
        // The bell of the revocation goes through Redis.
        await expect.poll(async () => (await post(result.accessToken, VIEWER)).status).toBe(401);
        return result.accessToken;
      },
    ],
  ])(
    '[AUTH-2] that are %s are an error, also for the viewer, over HTTP and SSE',
    async (_what, tokenLike) => {
      const value = await tokenLike();
      const authorization = value.startsWith('Basic') ? value : `Bearer ${value}`;
      const headers = { authorization, 'x-request-id': 'my-own-request' };
      for (const accept of ['application/json', 'application/graphql-response+json']) {
        const { status, body, headers: answered } = await post(null, VIEWER, {}, { ...headers, accept });
        expect(status).toBe(401);
        expect(answered.get('www-authenticate')).toContain('invalid_token');
        expect(body).toEqual({
          errors: [
            {
              message: expect.stringMatching(/Refresh it or sign in again|Sign in again/) as string,
              extensions: { code: 'UNAUTHENTICATED', requestId: 'my-own-request' },
            },
          ],
        });
      }
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', accept: 'text/event-stream' },
        body: JSON.stringify({ query: 'subscription { executionChanged { id } }' }),
      });
      expect(response.status).toBe(401);
      expect(await response.text()).toContain('UNAUTHENTICATED');
      expect((await post(null, VIEWER)).body).toEqual({ data: { viewer: null } });
    },
  );

  it('[AUTH-1] that have ended do not stand in the way of signing in and refreshing', async () => {
    const { email, password, result } = await register();
    const signIn = await post('an-old-token', LOGIN, { input: { email, password } });
    expect(signIn.body.data).toMatchObject({ authLogin: { __typename: 'AuthLoginPayload' } });
    const refreshed = await post('an-old-token', REFRESH, { input: { refreshToken: result.refreshToken } });
    expect(refreshed.body.data).toMatchObject({ authRefresh: { __typename: 'AuthRefreshPayload' } });
  });

  it('[AUTH-1] are not interchangeable', async () => {
    const { result } = await register();
    expect(await emailOf(result.refreshToken)).toBeNull();
    expect(await refresh(result.accessToken)).toMatchObject({ code: 'INVALID_CREDENTIALS' });
  });

  it('[AUTH-1] stop working on logout, on every connection', async () => {
    const viewer = await seedViewer(machine);
    const token = await tokenOf(viewer);
    let onConnected: () => void = () => undefined;
    let onClosed: (code: number) => void = () => undefined;
    const connected = new Promise<void>((resolve) => (onConnected = resolve));
    const closed = new Promise<number>((resolve) => (onClosed = resolve));
    const ignore = () => undefined;
    socket(token, { onConnected: () => onConnected(), onClosed: (code) => onClosed(code) }).subscribe(
      { query: 'subscription { executionChanged { id } }' },
      { next: ignore, error: ignore, complete: ignore },
    );
    await connected;
    await post(token, 'mutation { authLogout { revokedSessionId } }');
    expect(await closed).toBe(4403);
    expect(await emailOf(token)).toBeNull();
  });
});

describe('sessions', () => {
  it('[AUTH-3] are listed and revoked, one or all others, and never those of somebody else', async () => {
    const { email, password, result } = await register();
    const other = await login(email, password);
    const sessions = async (token: string) =>
      (
        (await post(token, '{ sessions { id isCurrent } }')).body.data as unknown as {
          sessions: { id: string; isCurrent: boolean }[];
        }
      ).sessions;
    const mine = await sessions(result.accessToken);
    expect(mine.map(({ isCurrent }) => isCurrent).sort()).toEqual([false, true]);
    const revoke = (token: string, input: object) =>
      post(
        token,
        `mutation ($input: SessionRevokeInput!) { sessionRevoke(input: $input) { ... on SessionRevokePayload { revokedSessionIds } ... on Error { code } } }`,
        { input },
      );
    const stranger = await register();
    const foreign = await revoke(stranger.result.accessToken, { sessionId: mine[0]!.id });
    expect(foreign.body.data).toEqual({ sessionRevoke: { code: 'NOT_FOUND' } });
    const done = await revoke(result.accessToken, { allOthers: true });
    expect(done.body.data).toEqual({
      sessionRevoke: { revokedSessionIds: [mine.find(({ isCurrent }) => !isCurrent)!.id] },
    });
    await expect.poll(() => emailOf(other.accessToken)).toBeNull();
    expect(await emailOf(result.accessToken)).toBe(email);
  });
});
