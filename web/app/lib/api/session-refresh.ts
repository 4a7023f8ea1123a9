import { pathTo } from '#app/lib/paths.ts';

/** As text: each page may need it, and few of them know operations otherwise. */
export const REFRESH_MUTATION =
  'mutation Session_Refresh { authRefresh(input: {}) { ... on AuthRefreshPayload { expiresAt } } }';

const REFRESH_LOCK = 'studio-session-refresh';
const LAST_REFRESH_KEY = 'studio.session-refreshed-at';

const readLastRefresh = (): number => Number(window.localStorage.getItem(LAST_REFRESH_KEY) ?? 0);

async function requestRefresh(): Promise<boolean> {
  const response = await fetch('/graphql', {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'content-type': 'application/json', 'x-graphql-yoga-csrf': '1' },
    body: JSON.stringify({ query: REFRESH_MUTATION }),
  });
  const body = (await response.json()) as {
    data?: { authRefresh?: { __typename?: string; expiresAt?: string } | null };
    errors?: { message: string; extensions?: { code?: string } }[];
  };
  const fault = body.errors?.find(({ extensions }) => extensions?.code !== 'UNAUTHENTICATED');
  // Too busy, or away: nothing is said of the session, which may well live on.
  if (fault) throw new Error(fault.message);
  const isRefreshed = body.data?.authRefresh?.expiresAt !== undefined;
  if (isRefreshed) window.localStorage.setItem(LAST_REFRESH_KEY, String(Date.now()));
  return isRefreshed;
}

let pending: Promise<boolean> | null = null;

/**
 * One refresh for all failed requests of all tabs: tokens are rotated, so a second tab that used the same one would
 * have the whole session revoked. The lock orders the tabs; the time tells the later one that it has been done.
 */
export function refreshSession(): Promise<boolean> {
  const askedAt = Date.now();
  const attempt = async (): Promise<boolean> => (readLastRefresh() > askedAt ? true : requestRefresh());
  const isLockable = 'locks' in navigator;
  pending ??= Promise.resolve(
    isLockable ? navigator.locks.request(REFRESH_LOCK, attempt) : attempt(),
  ).finally(() => {
    pending = null;
  });
  return pending;
}

/** A document load and not a navigation, so that nothing of the old session stays in memory. */
export function goToSignIn(): void {
  window.location.assign(pathTo.signInAgain(window.location.pathname + window.location.search));
}
