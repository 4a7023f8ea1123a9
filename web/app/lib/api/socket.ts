import { createClient, type Client } from 'graphql-ws';
import { setConnectionState } from './connection-state.ts';
import { goToSignIn, refreshSession } from './session-refresh.ts';

const CLOSED_SIGNED_OUT = [4401, 4403];
const PING_EVERY_MS = 12_000;
const PONG_WITHIN_MS = 5_000;
const RETRY_FIRST_MS = 400;
const RETRY_MAX_MS = 8_000;
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Jitter keeps the tabs of a whole team from returning in the same instant after a restart of the API. */
const retryWait = (retries: number): Promise<void> => {
  const ceiling = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** retries);
  return wait(ceiling / 2 + (Math.random() * ceiling) / 2);
};

export function createSocket(): Client {
  let isSignedOut = false;
  let pongTimer: ReturnType<typeof setTimeout> | undefined;
  const url = new URL('/graphql', window.location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';

  const client = createClient({
    // Open without a stream too: the API closes it when the session ends, which a page should learn at once.
    lazy: false,
    onNonLazyError: () => setConnectionState('idle'),
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait,
    keepAlive: PING_EVERY_MS,
    // The cookie is read when the socket opens, so a new one must be there before the next attempt.
    url: async () => {
      if (isSignedOut) {
        if (!(await refreshSession())) goToSignIn();
        isSignedOut = false;
      }
      return url.href;
    },
    on: {
      connecting: (isRetry) => setConnectionState(isRetry ? 'reconnecting' : 'connecting'),
      connected: () => setConnectionState('open'),
      closed: (event) => {
        const { code, wasClean } = event as CloseEvent;
        if (CLOSED_SIGNED_OUT.includes(code)) isSignedOut = true;
        setConnectionState(wasClean && code === 1000 ? 'idle' : 'reconnecting');
      },
      // A network that drops packets leaves the socket open for minutes; an unanswered ping is noticed in seconds.
      ping: (isReceived) => {
        if (!isReceived) pongTimer = setTimeout(() => client.terminate(), PONG_WITHIN_MS);
      },
      pong: (isReceived) => {
        if (isReceived) clearTimeout(pongTimer);
      },
    },
  });
  return client;
}
