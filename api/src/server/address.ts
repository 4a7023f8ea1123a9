import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { Networks } from '../platform/networks.ts';

/**
 * Where a request comes from. Each proxy appends whom it was asked by to X-Forwarded-For, so the first hop from the right that
 * is no proxy of ours is the caller; what stands further left is only what the caller says.
 */
export function addressOf(
  { headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>,
  proxies: Networks,
): string | null {
  let address = socket.remoteAddress ?? null;
  const hops = [headers['x-forwarded-for'] ?? ''].flat().join(',').split(',');
  for (const hop of hops.reverse().map((text) => text.trim())) {
    if (address === null || !proxies.holds(address) || isIP(hop) === 0) break;
    address = hop;
  }
  return address;
}
