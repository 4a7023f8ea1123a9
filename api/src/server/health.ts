import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Machine } from '../domains/context.ts';
import type { Redis } from '../platform/redis.ts';

export interface Health {
  /** Answers /health, /ready and /metrics; false for any other path. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  gauge(name: string, help: string, read: () => number): void;
}

/** A check that takes longer is a failed one. */
const CHECK_MS = 2_000;

export function createHealth(deps: { machine: Machine; redis: Redis }): Health {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });

  async function checkAll(): Promise<Record<string, string>> {
    const [database, redis] = await Promise.all([
      check(async () => {
        await deps.machine.sql.query('SELECT 1');
      }),
      check(async () => {
        await deps.redis.ping();
        const [, policy] = (await deps.redis.config('GET', 'maxmemory-policy')) as string[];
        if (policy !== 'noeviction')
          throw new Error(`maxmemory-policy is ${policy}; set it to noeviction, or jobs may vanish`);
      }),
    ]);
    return { database, redis };
  }

  return {
    handle(request, response) {
      const path = request.url?.split('?')[0];
      if (path === '/health') {
        answer(response, 200, { status: 'ok' });
      } else if (path === '/ready') {
        void checkAll().then((checks) => {
          const isReady = Object.values(checks).every((result) => result === 'ok');
          answer(response, isReady ? 200 : 503, { status: isReady ? 'ready' : 'not ready', checks });
        });
      } else if (path === '/metrics') {
        void registry.metrics().then((text) => {
          response.writeHead(200, { 'content-type': registry.contentType }).end(text);
        });
      } else {
        return false;
      }
      return true;
    },
    gauge(name, help, read) {
      const gauge: Gauge = new Gauge({ name, help, registers: [registry], collect: () => gauge.set(read()) });
    },
  };
}

async function check(probe: () => Promise<void>): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer')), CHECK_MS);
  });
  try {
    await Promise.race([probe(), timeout]);
    return 'ok';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    clearTimeout(timer);
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
    .end(JSON.stringify(body));
}

/** The health endpoint of a process that serves nothing else. */
export async function startHealthServer(options: {
  machine: Machine;
  redis: Redis;
  host: string;
  port: number;
}) {
  const health = createHealth(options);
  const server = createServer((request, response) => {
    if (!health.handle(request, response))
      answer(response, 404, { message: 'Ask for /health, /ready or /metrics.' });
  });
  const port = await listen(server, options.host, options.port);
  return { port, close: () => closeServer(server) };
}

/** Resolves with the port. Rejects with a sentence when it is taken. */
export function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(`Port ${port} is taken. Choose another one, or end what uses it.`)
          : error,
      );
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeIdleConnections();
  });
}
