import { createRequestHandler } from '@remix-run/express';
import type { ServerBuild } from '@remix-run/node';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import type { Logger } from 'pino';
import { createApiProxy, isForApi } from './api-proxy.ts';
import type { WebEnv } from './env.ts';
import { ownHostOnly } from './own-host.ts';
import { compressPages } from './page-compression.ts';
import { boundedBodies } from './request-body.ts';
import { localsOf, sameOriginWrites, securityHeaders } from './security.ts';

export interface AppParts {
  env: WebEnv;
  log: Logger;
  build: ServerBuild | (() => Promise<ServerBuild>);
  /** Serves the client files: from the build folder, or by Vite while developing. */
  assets: RequestHandler;
}

/** The proxy is returned as well, because upgrades to WebSocket do not pass through the middleware. */
export function createApp({ env, log, build, assets }: AppParts): {
  app: Express;
  apiProxy: ReturnType<typeof createApiProxy>;
} {
  const app = express();
  const apiProxy = createApiProxy(env.apiOrigin, log);
  app.disable('x-powered-by');
  app.set('trust proxy', (address: string) => env.trustedProxies.holds(address));
  app.use(securityHeaders(env));
  app.use(boundedBodies);
  app.get('/health', (_request, response) => {
    response.json({ status: 'ok' });
  });
  app.use(ownHostOnly(env));
  app.use((request, response, next) => {
    if (isForApi(request)) void apiProxy(request, response, next);
    else next();
  });
  app.use(assets);
  app.use(sameOriginWrites);
  app.use(compressPages);
  const renderPage = createRequestHandler({
    build,
    mode: env.isDevelopment ? 'development' : 'production',
    getLoadContext: (request, response) => ({
      apiUrl: `${env.apiOrigin}/graphql`,
      cspNonce: localsOf(response).cspNonce,
      requestId: localsOf(response).requestId,
      clientAddress: request.ip ?? null,
      appendSetCookie: (header) => response.append('set-cookie', header),
    }),
  });
  // It hands its own errors to `next`.
  app.all('*', (request, response, next) => void renderPage(request, response, next));
  const onError: ErrorRequestHandler = (error: { status?: number }, _request, response, next) => {
    // It was refused while the page still read what it had been sent.
    if (response.writableEnded) return;
    // A file of an earlier release that a tab still asks for.
    if (error.status === 404) {
      response.status(404).type('text/plain').send('Not found.');
      return;
    }
    log.error({ err: error, requestId: localsOf(response).requestId }, 'A page could not be rendered.');
    if (response.headersSent) return next(error);
    response
      .status(500)
      .type('text/plain')
      .send(`Something went wrong. Request ${localsOf(response).requestId}.`);
  };
  app.use(onError);
  return { app, apiProxy };
}
