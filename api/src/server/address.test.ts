import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from 'vitest';
import { parseNetworks } from '../platform/networks.ts';
import { addressOf } from './address.ts';

const from = (
  remoteAddress: string,
  forwarded: string | undefined,
  proxies = '127.0.0.0/8, ::1',
): string | null =>
  addressOf(
    { headers: { 'x-forwarded-for': forwarded }, socket: { remoteAddress } as IncomingMessage['socket'] },
    parseNetworks(proxies)!,
  );

describe('the address of a caller', () => {
  it('[AUTH-3] is the peer, whatever it says, unless that is a proxy of ours', () => {
    expect(from('192.0.2.1', '198.51.100.1')).toBe('192.0.2.1');
    expect(from('127.0.0.1', '198.51.100.1')).toBe('198.51.100.1');
    expect(from('::ffff:127.0.0.1', '198.51.100.1')).toBe('198.51.100.1');
    expect(from('::1', undefined)).toBe('::1');
    expect(from('127.0.0.1', '198.51.100.1', '')).toBe('127.0.0.1');
  });

  it('[AUTH-3] is the last hop that no proxy of ours stands for; what the caller had put before it is not believed', () => {
    expect(from('127.0.0.1', '203.0.113.9, 198.51.100.1')).toBe('198.51.100.1');
    expect(from('10.1.0.3', '203.0.113.9, 198.51.100.1, 10.1.0.2', '10.1.0.0/16')).toBe('198.51.100.1');
    expect(from('10.1.0.3', '2001:db8::7,10.1.0.2', '10.1.0.0/16')).toBe('2001:db8::7');
    expect(from('127.0.0.1', 'unknown')).toBe('127.0.0.1');
    expect(from('127.0.0.1', '203.0.113.9, , 127.0.0.2')).toBe('127.0.0.2');
  });
});

describe('networks', () => {
  it('[START-4] are addresses and CIDR blocks, and nothing else', () => {
    expect(parseNetworks('fd00::/8')?.holds('fd12::1')).toBe(true);
    expect(parseNetworks('10.0.0.7')?.holds('10.0.0.8')).toBe(false);
    expect(parseNetworks('')?.holds('127.0.0.1')).toBe(false);
    for (const wrong of ['proxy.test', '10.0.0.0/33', '10.0.0.0/', '10.0.0', '::/129', '10.0.0.1 10.0.0.2'])
      expect(parseNetworks(wrong), wrong).toBeNull();
  });
});
