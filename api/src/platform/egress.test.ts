import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEgress, EgressBlockedError, isPublicAddress } from './egress.ts';

let server: Server;
let port: number;
let connections = 0;
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/away') response.writeHead(302, { location: 'http://example.com/' });
    response.end('hello');
  });
  server.on('connection', () => (connections += 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const guarded = createEgress({ allowPrivate: false });

describe('egress guard', () => {
  const ways = [
    '127.0.0.1',
    '127.1',
    '2130706433',
    '0x7f.1',
    '017700000001',
    'localhost',
    'localhost.',
    '0.0.0.0',
    '[::1]',
    '[::]',
    '[::ffff:127.0.0.1]',
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '10.0.0.1',
    '172.16.3.4',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '[fc00::1]',
    '[fe80::1]',
    '[fec0::1]',
    '[2002:7f00:1::]',
    '224.0.0.1',
    '255.255.255.255',
  ];
  it.each(ways)('[SRV-5] refuses %s when saving and when connecting, without a connection', async (host) => {
    const before = connections;
    const url = `http://${host}:${port}/mcp`;
    await expect(guarded.checkUrl(url)).rejects.toBeInstanceOf(EgressBlockedError);
    await expect(guarded.fetch(url)).rejects.toMatchObject({
      code: 'EGRESS_BLOCKED',
      message: expect.stringContaining('operator'),
    });
    expect(connections).toBe(before);
  });

  it.each(['ftp://example.com/', 'file:///etc/passwd', 'example.com', ''])(
    'refuses the address “%s”',
    async (url) => {
      await expect(guarded.checkUrl(url)).rejects.toBeInstanceOf(EgressBlockedError);
      await expect(guarded.fetch(url)).rejects.toBeInstanceOf(EgressBlockedError);
    },
  );

  it('lets public addresses pass, also behind NAT64', async () => {
    expect(
      ['93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c', '64:ff9b::5db8:d70e'].every(
        isPublicAddress,
      ),
    ).toBe(true);
    await guarded.checkUrl('https://93.184.215.14/mcp');
    await guarded.checkUrl('https://does-not-exist.invalid/mcp');
  });

  it('[SRV-5] reaches private addresses when the operator allows it, and follows no redirect', async () => {
    const open = createEgress({ allowPrivate: true });
    await open.checkUrl(`http://localhost:${port}/`);
    const answer = await open.fetch(`http://localhost:${port}/`);
    expect(await answer.text()).toBe('hello');
    expect((await open.fetch(`http://127.0.0.1:${port}/away`)).status).toBe(302);
  });
});
