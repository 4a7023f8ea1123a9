// @vitest-environment node
import { describe, expect, it, vi } from 'vitest';
import { createApiSession } from './api-session.server.ts';

const API = 'http://api.invalid/graphql';

const answer = (body: unknown, cookies: string[] = []): Response =>
  new Response(JSON.stringify(body), {
    headers: [
      ['content-type', 'application/json'],
      ...cookies.map((cookie): [string, string] => ['set-cookie', cookie]),
    ],
  });

const signedOut = () =>
  answer({ errors: [{ message: 'Sign in.', extensions: { code: 'UNAUTHENTICATED' } }] });
const bodyOf = (init?: RequestInit): string => String(init?.body);
const cookieOf = (init?: RequestInit): string | null => new Headers(init?.headers).get('cookie');
const isRefresh = (init?: RequestInit): boolean => bodyOf(init).includes('authRefresh');

function open(cookieHeader: string, reply: (init: RequestInit | undefined) => Response) {
  const sent: (RequestInit | undefined)[] = [];
  const setCookies: string[] = [];
  const session = createApiSession({
    apiUrl: API,
    cookieHeader,
    requestId: 'request-1',
    clientAddress: '203.0.113.7',
    userAgent: 'Browser',
    onSetCookie: (cookie) => setCookies.push(cookie),
    fetchApi: vi.fn((_url, init) => {
      sent.push(init);
      return Promise.resolve(reply(init));
    }),
  });
  return { session, sent, setCookies };
}

const REFRESHED = ['studio_access=new; Path=/; HttpOnly', 'studio_refresh=r2; Path=/; HttpOnly'];

describe('the session of a page request', () => {
  it('[AUTH-2] forwards the session cookies and nothing else of the visitor', async () => {
    const { session, sent } = open('studio_theme=dark; studio_access=a; other=1; studio_refresh=r0', () =>
      answer({ data: {} }),
    );
    await session.fetch(API, { body: '{}' });
    const headers = new Headers(sent[0]?.headers);
    expect(headers.get('cookie')).toBe('studio_access=a; studio_refresh=r0');
    expect(headers.get('x-request-id')).toBe('request-1');
    expect(headers.get('x-graphql-yoga-csrf')).toBe('1');
  });

  it('[AUTH-2] refreshes once when signed out, retries, and passes the new cookies on', async () => {
    const { session, sent, setCookies } = open('studio_access=old; studio_refresh=r1', (init) => {
      if (isRefresh(init)) return answer({ data: {} }, REFRESHED);
      return cookieOf(init)?.includes('studio_access=new') ? answer({ data: { ok: true } }) : signedOut();
    });
    const response = await session.fetch(API, { body: '{}' });
    expect(await response.json()).toEqual({ data: { ok: true } });
    expect(sent).toHaveLength(3);
    expect(setCookies).toEqual(REFRESHED);
  });

  it('[AUTH-2] uses a rotated token once, however many requests of a page carry it', async () => {
    let refreshes = 0;
    const reply = (init: RequestInit | undefined): Response => {
      if (!isRefresh(init)) return answer({ data: {} });
      refreshes += 1;
      return answer({ data: {} }, REFRESHED);
    };
    const pages = Array.from({ length: 4 }, () => open('studio_refresh=shared', reply));
    await Promise.all(pages.map(({ session }) => session.fetch(API, { body: '{}' })));
    expect(refreshes).toBe(1);
    for (const { sent, setCookies } of pages) {
      expect(cookieOf(sent.at(-1))).toContain('studio_access=new');
      expect(setCookies).toEqual(REFRESHED);
    }
  });

  it('[AUTH-2] gives up when the refresh is refused', async () => {
    const { session, setCookies } = open('studio_access=old; studio_refresh=spent', (init) =>
      isRefresh(init) ? answer({ data: { authRefresh: { code: 'INVALID_CREDENTIALS' } } }) : signedOut(),
    );
    const response = await session.fetch(API, { body: '{}' });
    expect(await response.text()).toContain('UNAUTHENTICATED');
    expect(setCookies).toEqual([]);
  });

  it('[AUTH-2] does not mistake the word in the data for a sign-out', async () => {
    const { session, sent } = open('studio_access=a; studio_refresh=r9', () =>
      answer({ data: { codes: ['UNAUTHENTICATED'] } }),
    );
    await session.fetch(API, { body: '{}' });
    expect(sent).toHaveLength(1);
  });
});
