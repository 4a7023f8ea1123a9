import type { DocumentNode } from 'graphql';
import { SessionRefreshDocument } from '#app/gql/session.ts';
import { postToApi, type ApiAnswer, type PostToApi } from './api-transport.server.ts';
import { saysUnauthenticated, type ApiError } from './fault.ts';
import { operationName, operationText } from './operation-text.server.ts';

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
  post?: PostToApi;
}

export interface ApiResult {
  data: unknown;
  errors: readonly ApiError[];
}

export interface ApiSession {
  /**
   * Session cookies and request id out, Set-Cookie back, one refresh when signed out. Rejects when there is no answer, or
   * one that is none of the API's.
   */
  send: (document: DocumentNode, variables: object) => Promise<ApiResult>;
}

/** The API may also take somebody whose session has expired for an anonymous visitor, who has no viewer and no error. */
export const isSignedOut = ({ data, errors }: ApiResult): boolean =>
  saysUnauthenticated(errors) || (data as { viewer?: unknown } | null)?.viewer === null;

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

const cookieOf = (jar: Jar, name: RegExp): string | undefined =>
  [...jar].find(([key]) => name.test(key))?.[1];

/** The visitor was signed in on this browser, whether the session lives on or not. */
export const hasSessionCookie = (header: string | null): boolean => readCookies(header).size > 0;

export const accessTokenOf = (header: string | null): string | undefined =>
  cookieOf(readCookies(header), ACCESS_COOKIE);

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

function readResult({ status, text }: ApiAnswer): ApiResult {
  const { data = null, errors = [] } = JSON.parse(text) as { data?: unknown; errors?: ApiError[] };
  if (data === null && errors.length === 0) throw new Error(`The API answered with status ${status}.`);
  return { data, errors };
}

/**
 * Refresh tokens are rotated, and a second use of one revokes the family. Parallel loaders of one page all carry the
 * same cookie, so they must share one refresh.
 */
const sharedRefreshes = new Map<string, Promise<string[] | null>>();

export function createApiSession(options: ApiSessionOptions): ApiSession {
  const post = options.post ?? postToApi;
  const jar = readCookies(options.cookieHeader);

  const ask = (document: DocumentNode, variables: object): Promise<ApiAnswer> => {
    const headers: Record<string, string> = {
      accept: 'application/graphql-response+json,application/json;q=0.9',
      'content-type': 'application/json',
      'x-request-id': options.requestId,
      'x-graphql-yoga-csrf': '1',
    };
    if (options.userAgent) headers['user-agent'] = options.userAgent;
    if (options.clientAddress) headers['x-forwarded-for'] = options.clientAddress;
    if (jar.size > 0) headers['cookie'] = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const operation = {
      operationName: operationName(document),
      query: operationText(document),
      variables,
    };
    return post(options.apiUrl, headers, JSON.stringify(operation));
  };

  const adopt = (cookies: string[]): void => {
    for (const cookie of cookies) {
      absorb(jar, cookie);
      options.onSetCookie(cookie);
    }
  };

  const requestRefresh = async (): Promise<string[] | null> => {
    const { status, setCookies } = await ask(SessionRefreshDocument, {});
    const isRefreshed = setCookies.some((cookie) => ACCESS_COOKIE.test(cookie.split('=')[0] ?? ''));
    return isRefreshed && status === 200 ? setCookies : null;
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
    async send(document, variables) {
      if (!cookieOf(jar, ACCESS_COOKIE)) await refresh();
      let answer = await ask(document, variables);
      let result = readResult(answer);
      if (isSignedOut(result) && (await refresh())) {
        answer = await ask(document, variables);
        result = readResult(answer);
      }
      adopt(answer.setCookies);
      return result;
    },
  };
}
