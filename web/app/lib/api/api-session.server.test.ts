// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { SignInPageQueryDocument } from '#app/gql/session.ts';
import { createApiSession } from './api-session.server.ts';
import type { ApiAnswer } from './api-transport.server.ts';

const answer = (body: unknown, setCookies: string[] = []): ApiAnswer => ({
  status: 200,
  setCookies,
  text: JSON.stringify(body),
});
const signedOut = () =>
  answer({ errors: [{ message: 'Sign in.', extensions: { code: 'UNAUTHENTICATED' } }] });

interface Sent {
  headers: Record<string, string>;
  body: string;
}
const cookieOf = (sent?: Sent): string | undefined => sent?.headers['cookie'];
const isRefresh = ({ body }: Sent): boolean => body.includes('authRefresh');

function open(cookieHeader: string, reply: (sent: Sent) => ApiAnswer) {
  const sent: Sent[] = [];
  const setCookies: string[] = [];
  const session = createApiSession({
    apiUrl: 'http://api.invalid/graphql',
    cookieHeader,
    requestId: 'request-1',
    clientAddress: '203.0.113.7',
    userAgent: 'Browser',
    onSetCookie: (cookie) => setCookies.push(cookie),
    post: (_url, headers, body) => {
      sent.push({ headers, body });
      return Promise.resolve(reply({ headers, body }));
    },
  });
  return { send: () => session.send(SignInPageQueryDocument, {}), sent, setCookies };
}

const REFRESHED = ['studio_access=new; Path=/; HttpOnly', 'studio_refresh=r2; Path=/; HttpOnly'];

describe('the session of a page request', () => {
  it('[AUTH-2] forwards the session cookies and nothing else of the visitor', async () => {
    const { send, sent } = open('studio_theme=dark; studio_access=a; other=1; studio_refresh=r0', () =>
      answer({ data: {} }),
    );
    await send();
    expect(sent[0]?.headers).toMatchObject({
      cookie: 'studio_access=a; studio_refresh=r0',
      'x-request-id': 'request-1',
      'x-graphql-yoga-csrf': '1',
    });
  });

  it('[AUTH-2] refreshes once when signed out, retries, and passes the new cookies on', async () => {
    const { send, sent, setCookies } = open('studio_access=old; studio_refresh=r1', (sending) => {
      if (isRefresh(sending)) return answer({ data: {} }, REFRESHED);
      return cookieOf(sending)?.includes('studio_access=new') ? answer({ data: { ok: true } }) : signedOut();
    });
    expect((await send()).data).toEqual({ ok: true });
    expect(sent).toHaveLength(3);
    expect(setCookies).toEqual(REFRESHED);
  });

  it('[AUTH-2] uses a rotated token once, however many requests of a page carry it', async () => {
    let refreshes = 0;
    const reply = (sending: Sent): ApiAnswer => {
      if (!isRefresh(sending)) return answer({ data: {} });
      refreshes += 1;
      return answer({ data: {} }, REFRESHED);
    };
    const pages = Array.from({ length: 4 }, () => open('studio_refresh=shared', reply));
    await Promise.all(pages.map(({ send }) => send()));
    expect(refreshes).toBe(1);
    for (const { sent, setCookies } of pages) {
      expect(cookieOf(sent.at(-1))).toContain('studio_access=new');
      expect(setCookies).toEqual(REFRESHED);
    }
  });

  it('[AUTH-2] gives up when the refresh is refused', async () => {
    const { send, setCookies } = open('studio_access=old; studio_refresh=spent', (sending) =>
      isRefresh(sending) ? answer({ data: { authRefresh: { code: 'INVALID_CREDENTIALS' } } }) : signedOut(),
    );
    expect((await send()).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(setCookies).toEqual([]);
  });

  it('[AUTH-2] does not mistake the word in the data for a sign-out', async () => {
    const { send, sent } = open('studio_access=a; studio_refresh=r9', () =>
      answer({ data: { codes: ['UNAUTHENTICATED'] } }),
    );
    await send();
    expect(sent).toHaveLength(1);
  });

  it('[AUTH-2] refreshes also when the API takes the visitor for an anonymous one', async () => {
    const { send } = open('studio_access=old; studio_refresh=r10', (sending) => {
      if (isRefresh(sending)) return answer({ data: {} }, REFRESHED);
      const isKnown = cookieOf(sending)?.includes('studio_access=new');
      return answer({ data: { viewer: isKnown ? { id: 'u' } : null } });
    });
    expect((await send()).data).toEqual({ viewer: { id: 'u' } });
  });

  it('[WEB-2] takes an answer that is none of the API for no answer', async () => {
    const page = open('', () => ({ status: 502, setCookies: [], text: '<h1>Bad gateway</h1>' }));
    await expect(page.send()).rejects.toThrow(SyntaxError);
    await expect(open('', () => answer({})).send()).rejects.toThrow('status 200');
  });
});
