import type { IncomingMessage } from 'node:http';
import type { Settings } from '../domains/context.ts';

/** What a request says about where it was sent to, and which page sent it. */
export interface Asked {
  host: string | undefined;
  origin: string | undefined;
  /** The port that has really taken the connection. */
  localPort: number | undefined;
}

type Door = Pick<Settings, 'publicUrl' | 'webPort' | 'allowedHosts' | 'allowedOrigins'>;

/** NONE: a program, or a browser that goes to a page. ALLOWED: another site, by setting, and with a token. */
export type OriginKind = 'NONE' | 'OWN' | 'ALLOWED' | 'FOREIGN';

export interface Refusal {
  code: 'HOST_REFUSED' | 'ORIGIN_REFUSED';
  message: string;
}

export const askedOf = ({ headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>): Asked => ({
  host: headers.host,
  origin: headers.origin,
  localPort: socket.localPort,
});

/** Names of this machine that no name server answers for, so that nobody else can make them point here. */
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** Name or address, then a port; an address of IPv6 in brackets. */
const HOST = /^(\[[\da-f:.]+\]|[^\s:/?#@[\]]+)(?::(\d{1,5}))?$/i;

function parseHost(text: string | undefined): { name: string; port: number | null } | null {
  const [, name, port] = HOST.exec(text ?? '') ?? [];
  return name === undefined
    ? null
    : { name: name.toLowerCase(), port: port === undefined ? null : Number(port) };
}

export const isHost = (text: string): boolean => parseHost(text) !== null;

const defaultPort = (protocol: string): number => (protocol === 'https:' ? 443 : 80);

function isLoopback(host: string | undefined, { localPort }: Asked, door: Door): boolean {
  const parsed = parseHost(host);
  const url = new URL(door.publicUrl);
  const ports = [localPort, door.webPort, Number(url.port) || defaultPort(url.protocol)];
  return parsed !== null && LOOPBACK.includes(parsed.name) && ports.includes(parsed.port ?? 80);
}

/**
 * Whether the request was sent to a name of ours. A page whose own name was made to point here (DNS rebinding) is of the
 * origin that it asks, so nothing but the name gives it away.
 */
function isOwnHost(asked: Asked, door: Door): boolean {
  const host = parseHost(asked.host);
  if (!host) return false;
  if (isLoopback(asked.host, asked, door)) return true;
  const url = new URL(door.publicUrl);
  const own = { name: url.hostname, port: Number(url.port) || defaultPort(url.protocol) };
  // Some proxies leave the port out.
  if (host.name === own.name && (host.port === null || host.port === own.port)) return true;
  return door.allowedHosts.some((text) => {
    const allowed = parseHost(text);
    return allowed?.name === host.name && (allowed.port === null || allowed.port === (host.port ?? 80));
  });
}

/** Whose page sent it. Another port of loopback is another program's page, and not ours. */
export function originKindOf(asked: Asked, door: Door): OriginKind {
  const { origin } = asked;
  if (origin === undefined) return 'NONE';
  if (origin === new URL(door.publicUrl).origin) return 'OWN';
  // On a studio elsewhere the visitor's own loopback is foreign.
  const isLocal = isLoopback(asked.host, asked, door);
  if (isLocal && origin.startsWith('http://') && isLoopback(origin.slice('http://'.length), asked, door))
    return 'OWN';
  return door.allowedOrigins.includes(origin) ? 'ALLOWED' : 'FOREIGN';
}

/** A browser sends its cookies along wherever a page comes from; they count for our own pages alone. */
export const cookiesOf = (request: Pick<IncomingMessage, 'headers' | 'socket'>, door: Door): string | null =>
  ['NONE', 'OWN'].includes(originKindOf(askedOf(request), door)) ? (request.headers.cookie ?? null) : null;

/** Why a request is not even looked at; null when it is. */
export function findRefusal(asked: Asked, door: Door): Refusal | null {
  if (!isOwnHost(asked, door))
    return {
      code: 'HOST_REFUSED',
      message:
        'The studio does not go by the name in the Host header of this request. Use the address in STUDIO_PUBLIC_URL, or have the operator name the host in STUDIO_ALLOWED_HOSTS.',
    };
  if (originKindOf(asked, door) === 'FOREIGN')
    return {
      code: 'ORIGIN_REFUSED',
      message:
        'A page of this origin may not call the API. Open the studio at STUDIO_PUBLIC_URL, or have the operator name the origin in STUDIO_ALLOWED_ORIGINS.',
    };
  return null;
}
