import { setTimeout as delay } from 'node:timers/promises';
import { join } from 'node:path';
import { request as send } from 'undici';
import { findFreePort } from '../../scripts/services/free-port.ts';
import type { Bench } from '../harness/bench.ts';
import { type Child, startChild } from '../harness/child.ts';
import { withCpu } from '../harness/cpu.ts';
import { type Contestant, type Line, STUDIO } from '../harness/line.ts';
import { buildProduct } from '../harness/programs.ts';
import type { Load, LoadResult } from '../programs/http-load.ts';

const FLOOR = 'bare React stream';
const CONNECTIONS = 4;
const PATH = '/agents';

/** T11: the list of agents as a page, from the server. */
export const page: Line = {
  ids: ['T11'],
  title: `A page from the server: the list of agents, ${CONNECTIONS} connections`,
  metrics: [
    { name: 'rate', title: 'pages/s', digits: 0 },
    { name: 'p50', title: 'p50 ms', digits: 1 },
    { name: 'web', title: 'web CPU ms', digits: 2 },
    { name: 'api', title: 'API CPU ms', digits: 2 },
    { name: 'db', title: 'PostgreSQL CPU ms', digits: 2 },
    { name: 'html', title: 'HTML kB', digits: 0 },
    { name: 'scripts', title: 'scripts kB, brotli', digits: 0 },
  ],
  judgements: [
    {
      id: 'T11',
      says: 'CPU of a page, web and API together, against a bare React stream',
      metric: 'total',
      to: FLOOR,
      better: 'less',
      floor: 9,
      target: 6,
      moonshot: 4,
    },
  ],
  async open(bench) {
    const floor = await bench.start('floors/react-page');
    const load = await bench.start('programs/http-load');
    const studio = await bench.studio();
    const tenant = await bench.tenant('list', {
      agents: 50,
      tasks: 20,
      executions: 5_000,
      eventsPerExecution: 6,
    });
    const web = await startWeb(studio.apiUrl);
    const headers = async () => ({
      accept: 'text/html',
      cookie: `studio_access=${await studio.signIn(tenant)}`,
    });
    const html = await readPage(web.port, await headers());
    const scripts = await scriptBytes(web.port, html);
    await floor.call('show', { html });
    return [
      contestant(bench, {
        kind: 'floor',
        name: FLOOR,
        note: 'the same tree, no data',
        load,
        web: floor,
        port: Number(floor.told['port']),
        scripts: 0,
        headers: async () => ({ accept: 'text/html' }),
      }),
      {
        ...contestant(bench, {
          kind: 'studio',
          name: STUDIO,
          load,
          web: web.child,
          api: studio.api,
          port: web.port,
          scripts,
          headers,
        }),
        close: () => web.child.stop(),
      },
    ];
  },
};

function contestant(
  bench: Bench,
  args: Pick<Contestant, 'kind' | 'name' | 'note'> & {
    load: Child;
    web: Child;
    api?: Child;
    port: number;
    scripts: number;
    headers(): Promise<Record<string, string>>;
  },
): Contestant {
  const { load, web, api, port, scripts, headers, ...who } = args;
  const groups = { web: [web.pid], api: api ? [api.pid] : [], db: [bench.stores.postgresPid] };
  return {
    ...who,
    profiled: api ? [web, api] : [web],
    async measure() {
      const run: Load = {
        port,
        path: PATH,
        method: 'GET',
        headers: await headers(),
        bodies: [],
        connections: CONNECTIONS,
        seconds: bench.seconds,
      };
      const { result, cpuMs } = await withCpu(groups, () => load.call<LoadResult>('run', run));
      const each = (ms: number) => ms / result.requests;
      return {
        rate: result.ratePerSecond,
        p50: result.p50Ms,
        web: each(cpuMs.web),
        api: each(cpuMs.api),
        db: each(cpuMs.db),
        total: each(cpuMs.web + cpuMs.api),
        html: result.bytesPerAnswer / 1000,
        scripts: scripts / 1000,
      };
    },
  };
}

const READY_TIMEOUT_MS = 60_000;
const POLL_MS = 50;

async function startWeb(apiUrl: string): Promise<{ child: Child; port: number }> {
  await buildProduct('web');
  const port = await findFreePort();
  const child = await startChild({
    name: 'web',
    args: [join('web', 'build', 'main.js')],
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      WEB_PORT: String(port),
      API_URL: apiUrl,
      STUDIO_PUBLIC_URL: `http://127.0.0.1:${port}`,
    },
    announces: false,
  });
  const deadline = performance.now() + READY_TIMEOUT_MS;
  for (;;) {
    const answers = await send(`http://127.0.0.1:${port}/`).then(
      async ({ body }) => {
        await body.dump();
        return true;
      },
      () => false, // it does not listen yet
    );
    if (answers) return { child, port };
    if (performance.now() > deadline) throw new Error('The dashboard did not come up.');
    await delay(POLL_MS);
  }
}

async function readPage(port: number, headers: Record<string, string>): Promise<string> {
  const { body, statusCode } = await send(`http://127.0.0.1:${port}${PATH}`, { headers });
  const html = await body.text();
  if (statusCode !== 200) throw new Error(`The dashboard answered ${PATH} with status ${statusCode}.`);
  return html;
}

/** What a browser that comes for the first time loads of scripts before the page is alive. */
async function scriptBytes(port: number, html: string): Promise<number> {
  const origin = `http://127.0.0.1:${port}`;
  // Those that it names for other routes are loaded when somebody goes there.
  const links = [...html.matchAll(/<link [^>]*rel="modulepreload"[^>]*>|^import [^;]*;/gm)].map(
    ([link]) => link,
  );
  const paths = new Set(links.flatMap((link) => /"(\/assets\/[^"]+\.js)"/.exec(link)?.slice(1) ?? []));
  let bytes = 0;
  for (const path of paths) {
    const script = await send(`${origin}${path}`, { headers: { 'accept-encoding': 'br' } });
    bytes += (await script.body.arrayBuffer()).byteLength;
  }
  return bytes;
}
