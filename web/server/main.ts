import { fileURLToPath } from 'node:url';
import type { ServerBuild } from '@remix-run/node';
import { pino } from 'pino';
import { awaitApi } from './api-return.ts';
import { createApp, type AppParts } from './app.ts';
import { readEnv, type WebEnv } from './env.ts';
import { createHttpServer } from './http-server.ts';
import { passSockets } from './sockets.ts';
import { endStalledConnections } from './stalled-connections.ts';
import { staticFiles } from './static-files.ts';

/** Running subscriptions are cut after this; the browser reconnects to the next process by itself. */
const DRAIN_MS = 5_000;

async function loadParts(env: WebEnv): Promise<Pick<AppParts, 'build' | 'assets'>> {
  if (env.isDevelopment) {
    const { createServer: createVite } = await import('vite');
    const vite = await createVite({ server: { middlewareMode: true } });
    return {
      build: async () => (await vite.ssrLoadModule('virtual:remix/server-build')) as ServerBuild,
      assets: vite.middlewares,
    };
  }
  // Not a literal import: the build of the pages is another entry of the build and lies beside this file.
  const build = (await import(new URL('./pages.js', import.meta.url).href)) as ServerBuild;
  return { build, assets: staticFiles(fileURLToPath(new URL('./client', import.meta.url))) };
}

async function start(): Promise<void> {
  const env = readEnv(process.env);
  const log = pino({ level: env.logLevel, name: 'web' });
  const { app, apiProxy } = createApp({ env, log, ...(await loadParts(env)) });
  const server = createHttpServer(app);
  endStalledConnections(server);

  const sockets = passSockets(server, { env, apiProxy, apiIsBack: awaitApi(env.apiOrigin) });

  server.once('error', (error: NodeJS.ErrnoException) => {
    const isTaken = error.code === 'EADDRINUSE';
    log.fatal(
      { err: error },
      isTaken ? `Port ${env.port} is taken. Set WEB_PORT to another one.` : 'The web server cannot listen.',
    );
    process.exit(1);
  });
  server.listen(env.port, env.host, () =>
    log.info({ port: env.port, api: env.apiOrigin }, 'The dashboard is served.'),
  );

  const stop = (): void => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
    setTimeout(() => {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
    }, DRAIN_MS).unref();
    for (const socket of sockets) socket.end();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

start().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
