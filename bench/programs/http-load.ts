/** Sends one request over and over on connections that stay open: a closed loop, one request at a time on each. */
import { Client, type Dispatcher } from 'undici';
import { announce, answer } from '../harness/calls.ts';
import { quantile } from '../harness/statistics.ts';

export interface Load {
  port: number;
  path: string;
  method: 'GET' | 'POST';
  headers: Record<string, string>;
  /** Sent in turns; without any, requests have no body. */
  bodies: string[];
  connections: number;
  seconds: number;
}

export interface LoadResult {
  requests: number;
  ratePerSecond: number;
  p50Ms: number;
  p99Ms: number;
  bytesPerAnswer: number;
}

answer({
  async run(load: Load): Promise<LoadResult> {
    const clients = Array.from(
      { length: load.connections },
      () => new Client(`http://127.0.0.1:${load.port}`, { pipelining: 1 }),
    );
    const latencies: number[] = [];
    let bytes = 0;
    let turn = 0;
    const startedAt = performance.now();
    const endAt = startedAt + load.seconds * 1000;
    await Promise.all(
      clients.map(async (client) => {
        while (performance.now() < endAt) {
          const sentAt = performance.now();
          const size = await send(client, load, load.bodies[(turn += 1) % (load.bodies.length || 1)]);
          latencies.push(performance.now() - sentAt);
          bytes += size;
        }
      }),
    );
    const seconds = (performance.now() - startedAt) / 1000;
    await Promise.all(clients.map((client) => client.close()));
    return {
      requests: latencies.length,
      ratePerSecond: latencies.length / seconds,
      p50Ms: quantile(latencies, 0.5),
      p99Ms: quantile(latencies, 0.99),
      bytesPerAnswer: bytes / latencies.length,
    };
  },
});
announce();

/** How many bytes the answer has. The plain handler: streams and promises of each request would be measured too. */
function send(client: Client, load: Load, body: string | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    let bytes = 0;
    let status = 0;
    const handler: Dispatcher.DispatchHandler = {
      onRequestStart() {},
      onResponseStart(_controller, statusCode) {
        status = statusCode;
      },
      onResponseData(_controller, chunk) {
        bytes += chunk.length;
      },
      onResponseEnd() {
        if (status === 200) resolve(bytes);
        else reject(new Error(`The server answered with status ${status}`));
      },
      onResponseError(_controller, error) {
        reject(error);
      },
    };
    const { path, method, headers } = load;
    client.dispatch({ path, method, headers, body: body ?? null }, handler);
  });
}
