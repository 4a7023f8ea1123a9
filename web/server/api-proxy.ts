import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Request } from 'express';
import { createProxyMiddleware, type RequestHandler } from 'http-proxy-middleware';
import type { Logger } from 'pino';

const API_PATHS = [
  '/graphql',
  '/graphql/stream',
  '/schema.graphql',
  '/possible-types.json',
  '/.well-known/jwks.json',
];

const pathOf = (url: string | undefined): string => (url ?? '').split('?', 1)[0] ?? '';

/** A person who opens `/graphql` gets the explorer, which is a page of the dashboard; a program gets the API. */
export const isForApi = (request: Pick<Request, 'method' | 'url' | 'headers'>): boolean => {
  const path = pathOf(request.url);
  if (!API_PATHS.includes(path)) return false;
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  return !(path === '/graphql' && isRead && (request.headers.accept ?? '').includes('text/html'));
};

export const isSocketForApi = (request: IncomingMessage): boolean => pathOf(request.url) === '/graphql';

const isResponse = (target: ServerResponse | Socket): target is ServerResponse => 'writeHead' in target;

export function createApiProxy(apiOrigin: string, log: Logger): RequestHandler {
  return createProxyMiddleware({
    target: apiOrigin,
    // The API looks at the host and the origin that the browser used.
    changeOrigin: false,
    xfwd: true,
    on: {
      proxyReq: (proxyRequest, _request, response) => {
        const requestId = response.getHeader('x-request-id');
        if (typeof requestId === 'string') proxyRequest.setHeader('x-request-id', requestId);
      },
      proxyRes: (ofApi, _request, response) => {
        // A pipe ends with its source, but not when that is cut off: the client of a stream would wait for ever.
        ofApi.once('close', () => ofApi.complete || response.destroy());
      },
      proxyReqWs: (proxyRequest, _request, socket) => {
        // A pipe ends its other end when it ends itself, but not when it is destroyed.
        proxyRequest.once('upgrade', (_response, ofApi) => socket.once('close', () => ofApi.destroy()));
      },
      error: (error, request, target) => {
        log.warn({ err: error, url: pathOf(request.url) }, 'The API cannot be reached.');
        if (!isResponse(target)) {
          target.destroy();
          return;
        }
        if (target.headersSent) {
          target.destroy();
          return;
        }
        target.writeHead(502, { 'content-type': 'application/json' });
        const extensions = { code: 'API_UNREACHABLE', requestId: target.getHeader('x-request-id') };
        target.end(JSON.stringify({ errors: [{ message: 'The API cannot be reached.', extensions }] }));
      },
    },
  });
}
