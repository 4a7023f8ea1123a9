import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { isForApi } from './api-proxy.ts';
import type { WebEnv } from './env.ts';

export type Door = Pick<WebEnv, 'publicUrl' | 'allowedHosts'>;

/** Names of this machine that no name server answers for. */
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

export const portOf = (url: URL): string => url.port || (url.protocol === 'https:' ? '443' : '80');

/**
 * Whether a request was sent to a name of ours. A page whose own name was made to point here (DNS rebinding) is of the
 * origin that it asks, so nothing but the name gives it away. The API looks at it by the same rule.
 */
export function isOwnHost({ headers, socket }: IncomingMessage, { publicUrl, allowedHosts }: Door): boolean {
  const [, name, port] =
    /^(\[[\da-f:.]+\]|[^\s:/?#@[\]]+)(?::(\d{1,5}))?$/.exec((headers.host ?? '').toLowerCase()) ?? [];
  if (name === undefined) return false;
  const url = new URL(publicUrl);
  if (LOOPBACK.includes(name) && [String(socket.localPort), portOf(url)].includes(port ?? '80')) return true;
  // Some proxies leave the port out.
  if (name === url.hostname && (port === undefined || port === portOf(url))) return true;
  return allowedHosts.includes(name) || allowedHosts.includes(`${name}:${port ?? '80'}`);
}

export const HOST_REFUSAL =
  'The studio does not go by the name in the Host header of this request. Open it at the address in STUDIO_PUBLIC_URL, or have the operator name the host in STUDIO_ALLOWED_HOSTS.';

/** Refuses requests to names that are not ours: pages in words, the API as it would answer itself. */
export const ownHostOnly =
  (door: Door): RequestHandler =>
  (request, response, next) => {
    if (isOwnHost(request, door)) return next();
    response.status(403);
    if (!isForApi(request)) return void response.type('text/plain').send(HOST_REFUSAL);
    const extensions = { code: 'HOST_REFUSED', requestId: response.getHeader('x-request-id') };
    response.json({ errors: [{ message: HOST_REFUSAL, extensions }] });
  };
