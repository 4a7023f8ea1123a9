import type { Child } from './child.ts';
import type { Bench } from './bench.ts';
import { withCpu } from './cpu.ts';
import type { Contestant, Metric } from './line.ts';
import type { Load, LoadResult } from '../programs/http-load.ts';

/** Enough to keep one Node process busy while the others wait for the database. */
export const CONNECTIONS = 8;

export const HTTP_METRICS: readonly Metric[] = [
  { name: 'rate', title: 'requests/s', digits: 0 },
  { name: 'p50', title: 'p50 ms', digits: 1 },
  { name: 'p99', title: 'p99 ms', digits: 1 },
  { name: 'cpu', title: 'Node CPU ms', digits: 2 },
  { name: 'db', title: 'PostgreSQL CPU ms', digits: 2 },
  { name: 'load', title: 'load CPU ms', digits: 2 },
];

export type Request = Omit<Load, 'connections' | 'seconds'>;

export interface HttpContestant extends Contestant {
  request: () => Promise<Request>;
}

export function graphqlRequest(
  at: { port: number; path: string; token?: string },
  query: string,
  variables: object,
): Request {
  return {
    port: at.port,
    path: at.path,
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      ...(at.token === undefined ? {} : { authorization: `Bearer ${at.token}` }),
    },
    bodies: [JSON.stringify({ query, variables })],
  };
}

/** A server that is asked over HTTP as fast as it answers. */
export function httpContestant(
  bench: Bench,
  args: Pick<Contestant, 'kind' | 'name' | 'note'> & {
    load: Child;
    servers: readonly Child[];
    request: () => Promise<Request>;
    connections?: number;
  },
): HttpContestant {
  const { load, servers, request, connections = CONNECTIONS, ...rest } = args;
  const groups = {
    servers: servers.map(({ pid }) => pid),
    db: [bench.stores.postgresPid],
    load: [load.pid],
  };
  return {
    ...rest,
    request,
    profiled: servers,
    async measure() {
      const run = { ...(await request()), connections, seconds: bench.seconds };
      const { result, cpuMs } = await withCpu(groups, () => load.call<LoadResult>('run', run));
      return {
        rate: result.ratePerSecond,
        p50: result.p50Ms,
        p99: result.p99Ms,
        cpu: cpuMs.servers / result.requests,
        db: cpuMs.db / result.requests,
        load: cpuMs.load / result.requests,
        bytes: result.bytesPerAnswer,
      };
    },
  };
}
