import { connect } from 'node:net';
import { portOf } from './own-host.ts';

/** In milliseconds: how long an API that is away is waited for, and how often it is tried. */
export interface Patience {
  limitMs: number;
  betweenMs: number;
}

/** An API that is replaced is back within seconds. */
const PATIENCE: Patience = { limitMs: 30_000, betweenMs: 200 };

const accepts = (origin: URL): Promise<boolean> =>
  new Promise((resolve) => {
    const trial = connect(Number(portOf(origin)), origin.hostname.replace(/^\[(.*)\]$/, '$1'));
    trial.once('connect', () => {
      trial.destroy();
      resolve(true);
    });
    trial.once('error', () => resolve(false));
  });

/**
 * Whether the API accepts connections, now or before the limit. All who ask meanwhile wait for the same trials.
 *
 * graphql-ws takes a connection that cannot be made for final and gives up its subscriptions, however many retries it has
 * left: a WebSocket that arrives while the API is being replaced is held instead.
 */
export function awaitApi(apiOrigin: string, { limitMs, betweenMs } = PATIENCE): () => Promise<boolean> {
  const origin = new URL(apiOrigin);
  const attempt = async (): Promise<boolean> => {
    const lastAt = performance.now() + limitMs;
    for (;;) {
      if (await accepts(origin)) return true;
      if (performance.now() >= lastAt) return false;
      await new Promise((resolve) => setTimeout(resolve, betweenMs).unref());
    }
  };
  let underWay: Promise<boolean> | undefined;
  return () => {
    underWay ??= attempt().finally(() => (underWay = undefined));
    return underWay;
  };
}
