import { print } from 'graphql';
import { SessionRefreshDocument } from '#app/gql/session.ts';

const SESSION_COOKIE = /^(?:__Host-)?studio_(?:access|refresh)$/;
const REFRESH_COOKIE = /^(?:__Host-)?studio_refresh$/;
const ACCESS_COOKIE = /^(?:__Host-)?studio_access$/;

/** How long the outcome of a refresh answers requests that still carry the old cookie. */
const REFRESH_SHARED_MS = 30_000;

export interface ApiSessionOptions {
  apiUrl: string;
  cookieHeader: string | null;
  requestId: string;
  clientAddress: string | null;
  /** The session list names the device by it. */
  userAgent: string | null;
  /** Receives every Set-Cookie of the API, to be passed on to the browser. */
  onSetCookie: (header: string) => void;
  fetchApi?: typeof fetch;
}

export interface ApiSession {
  /** A `fetch` for the HTTP link: session cookies and request id out, Set-Cookie back, one refresh when signed out. */
  fetch: typeof fetch;
  refresh: () => Promise<boolean>;
}

type Jar = Map<string, string>;

function readCookies(header: string | null): Jar {
  const jar: Jar = new Map();
  for (const part of header?.split(';') ?? []) {
    const at = part.indexOf('=');
    const name = part.slice(0, at).trim();
    if (at > 0 && SESSION_COOKIE.test(name)) jar.set(name, part.slice(at + 1).trim());
  }
  return jar;
}

/** The visitor was signed in on this browser, whether the session lives on or not. */
export const hasSessionCookie = (header: string | null): boolean => readCookies(header).size > 0;

function absorb(jar: Jar, setCookie: string): void {
  const [pair = '', ...attributes] = setCookie.split(';');
  const at = pair.indexOf('=');
  const name = pair.slice(0, at).trim();
  const value = pair.slice(at + 1).trim();
  const isCleared =
    value === '' || attributes.some((attribute) => /^\s*max-age=(?:0|-\d+)\s*$/i.test(attribute));
  if (isCleared) jar.delete(name);
  else jar.set(name, value);
}

const cookieOf = (jar: Jar, name: RegExp): string | undefined =>
  [...jar].find(([key]) => name.test(key))?.[1];

const hasSignedOutError = (body: unknown): boolean => {
  const errors = (body as { errors?: { extensions?: { code?: unknown } }[] } | null)?.errors;
  return Array.isArray(errors) && errors.some((error) => error.extensions?.code === 'UNAUTHENTICATED');
};

const isSignedOut = async (response: Response): Promise<boolean> => {
  const text = await response.clone().text();
  // The HTTP link parses the body once more; the search spares that for all but the rare page of a signed-out visitor.
  if (!text.includes('"UNAUTHENTICATED"')) return false;
  try {
    return hasSignedOutError(JSON.parse(text));
  } catch {
    return false;
  }
};

/**
 * Refresh tokens are rotated, and a second use of one revokes the family. Parallel loaders of one page all carry the
 * same cookie, so they must share one refresh.
 */
const sharedRefreshes = new Map<string, Promise<string[] | null>>();

export function createApiSession(options: ApiSessionOptions): ApiSession {
  const fetchApi = options.fetchApi ?? fetch;
  const jar = readCookies(options.cookieHeader);

  const send = (body: BodyInit | null | undefined, init?: RequestInit): Promise<Response> => {
    const headers = new Headers(init?.headers);
    headers.set('content-type', 'application/json');
    headers.set('x-request-id', options.requestId);
    headers.set('x-graphql-yoga-csrf', '1');
    if (options.userAgent) headers.set('user-agent', options.userAgent);
    if (options.clientAddress) headers.set('x-forwarded-for', options.clientAddress);
    if (jar.size > 0) headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '));
    return fetchApi(options.apiUrl, { ...init, method: 'POST', headers, body: body ?? null });
  };

  const adopt = (cookies: string[]): void => {
    for (const cookie of cookies) {
      absorb(jar, cookie);
      options.onSetCookie(cookie);
    }
  };

  const requestRefresh = async (): Promise<string[] | null> => {
    const response = await send(JSON.stringify({ query: print(SessionRefreshDocument) }));
    const cookies = response.headers.getSetCookie();
    return cookies.some((cookie) => ACCESS_COOKIE.test(cookie.split('=')[0] ?? '')) && response.ok
      ? cookies
      : null;
  };

  const refresh = async (): Promise<boolean> => {
    const token = cookieOf(jar, REFRESH_COOKIE);
    if (!token) return false;
    let shared = sharedRefreshes.get(token);
    if (!shared) {
      shared = requestRefresh().catch((error: unknown) => {
        sharedRefreshes.delete(token);
        throw error;
      });
      sharedRefreshes.set(token, shared);
      setTimeout(() => sharedRefreshes.delete(token), REFRESH_SHARED_MS).unref();
    }
    const cookies = await shared;
    if (!cookies) return false;
    adopt(cookies);
    return true;
  };

  return {
    refresh,
    async fetch(_input, init) {
      if (!cookieOf(jar, ACCESS_COOKIE)) await refresh();
      let response = await send(init?.body, init);
      if ((await isSignedOut(response)) && (await refresh())) response = await send(init?.body, init);
      adopt(response.headers.getSetCookie());
      return response;
    },
  };
}
