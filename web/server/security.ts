import { randomBytes, randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import type { WebEnv } from './env.ts';

interface Locals {
  cspNonce: string;
  requestId: string;
}

export const localsOf = (response: Response): Locals => response.locals as Locals;

const REQUEST_ID = /^[\w-]{8,64}$/;

/** `'self'` covers WebSockets of the same origin in some browsers only, so the host is spelt out. */
function contentSecurityPolicy(nonce: string, host: string, isDevelopment: boolean): string {
  const sockets = isDevelopment ? 'ws: wss:' : `ws://${host} wss://${host}`;
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'`,
    // The editor of the explorer and Headless UI set inline styles; a style cannot run code.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self' data:",
    `connect-src 'self' ${sockets}`,
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** A year. Not for subdomains: what is served there is not ours to decide. */
const STRICT_TRANSPORT = 'max-age=31536000';

export function securityHeaders({ isDevelopment, publicUrl }: WebEnv): RequestHandler {
  const isSecure = publicUrl.startsWith('https:');
  return (request, response, next) => {
    const locals = localsOf(response);
    const given = request.get('x-request-id');
    locals.requestId = given && REQUEST_ID.test(given) ? given : randomUUID();
    locals.cspNonce = randomBytes(16).toString('base64');
    // A header value that could end the directive would let a request choose its own policy.
    const host = /^[\w.:[\]-]+$/.test(request.get('host') ?? '') ? (request.get('host') ?? '') : 'localhost';
    response.setHeader('x-request-id', locals.requestId);
    response.setHeader(
      'content-security-policy',
      contentSecurityPolicy(locals.cspNonce, host, isDevelopment),
    );
    if (isSecure) response.setHeader('strict-transport-security', STRICT_TRANSPORT);
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('referrer-policy', 'strict-origin-when-cross-origin');
    response.setHeader('cross-origin-opener-policy', 'same-origin');
    response.setHeader('permissions-policy', 'camera=(), geolocation=(), microphone=(), payment=()');
    next();
  };
}

/** Form posts act with the visitor's cookies, so one that another site sent is refused. */
export const sameOriginWrites: RequestHandler = (request, response, next) => {
  if (request.method === 'GET' || request.method === 'HEAD') return next();
  const origin = request.get('origin');
  const isForeign =
    origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== request.get('host'));
  if (isForeign || request.get('sec-fetch-site') === 'cross-site') {
    response.status(403).type('text/plain').send('This request came from another site.');
    return;
  }
  next();
};
