import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { McpPort, McpTarget, McpToolResult } from '../driver.ts';
import { createEgress } from '../../platform/egress.ts';
import { createMcpPort } from './mcp-port.ts';

const never = new AbortController().signal;
const { fetch } = createEgress({ allowPrivate: true });
let port: McpPort;
beforeEach(() => {
  port = createMcpPort({ fetch });
});
afterEach(() => port.close());

function target(url: string, changes: Partial<McpTarget> = {}): McpTarget {
  const transport = { type: 'http' as const, url, headers: { authorization: 'Bearer secret-token' } };
  return {
    key: url,
    serverId: 'one',
    scope: null,
    connectTimeoutMs: 5000,
    callTimeoutMs: 5000,
    transport,
    ...changes,
  };
}
function call(to: McpTarget, name: string, args = {}, signal = never): Promise<McpToolResult> {
  return port.callTool(to, { name, arguments: args, idempotencyKey: 'key-1', signal });
}
async function listen(server: Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}
async function freePort(): Promise<number> {
  const server = createServer();
  const number = await listen(server);
  server.close();
  await once(server, 'close');
  return number;
}

describe('server-everything over Streamable HTTP', () => {
  const packageFile = createRequire(import.meta.url).resolve(
    '@modelcontextprotocol/server-everything/package.json',
  );
  const script = join(dirname(packageFile), 'dist/index.js');
  let child: ChildProcess;
  let url: string;
  const start = async (number: number) => {
    child = spawn(process.execPath, [script, 'streamableHttp'], {
      env: { PORT: String(number) },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    for await (const line of createInterface({ input: child.stderr! })) if (line.includes('listening')) break;
    child.stderr!.resume();
    url = `http://127.0.0.1:${number}/mcp`;
  };
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  };
  beforeAll(async () => start(await freePort()));
  afterAll(stop);

  it('[SRV-1] [SRV-5] is probed and called through the guarded fetch', async () => {
    const probe = await port.probe(target(url), never);
    expect(probe).toMatchObject({ serverName: 'mcp-servers/everything', protocolVersion: '2025-11-25' });
    expect(probe.tools.length).toBeGreaterThan(5);
    expect(await call(target(url), 'get-sum', { a: 2, b: 3 })).toMatchObject({
      isError: false,
      text: expect.stringContaining('5'),
    });
  });

  it('[SRV-1] a server that restarted is given a new session; one that is killed mid-call is LOST', async () => {
    await call(target(url), 'echo', { message: 'before' });
    await stop();
    await expect(call(target(url), 'echo', { message: 'down' })).rejects.toMatchObject({
      code: expect.stringMatching(/UNREACHABLE|LOST/),
    });
    await start(Number(new URL(url).port));
    expect(await call(target(url), 'echo', { message: 'after' })).toMatchObject({ text: 'Echo: after' });

    const long = call(target(url), 'trigger-long-running-operation', { duration: 30, steps: 300 });
    await call(target(url), 'echo', { message: 'the long call is under way' });
    await stop();
    await expect(long).rejects.toMatchObject({ code: 'LOST' });
  });
});

describe('a scripted server', () => {
  /** Answers of the server by JSON-RPC method; whatever is not here gets `{}`. */
  type Answer = (response: ServerResponse, message: Message, request: IncomingMessage) => void;
  interface Message {
    id?: number | string;
    method: string;
    params?: { _meta?: object };
  }
  let answers: Record<string, Answer>;
  let seen: { method: string; headers: IncomingMessage['headers'] }[];
  let server: Server;
  let url: string;

  const reply = (response: ServerResponse, message: Message, body: object, headers = {}) => {
    response.writeHead(200, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, ...body }));
  };
  const serverInfo = { name: 'scripted', version: '1' };
  const capabilities = { tools: {} };
  const initialize: Answer = (response, message) =>
    reply(
      response,
      message,
      { result: { protocolVersion: '2025-06-18', serverInfo, capabilities } },
      { 'mcp-session-id': `session-${seen.length}` },
    );
  const unknownMethod: Answer = (response, message) =>
    reply(response, message, { error: { code: -32601, message: 'Method not found' } });
  const status =
    (code: number): Answer =>
    (response) =>
      void response.writeHead(code).end('no');

  beforeEach(async () => {
    seen = [];
    answers = { 'server/discover': unknownMethod, initialize };
    server = createServer(async (request, response) => {
      if (request.method !== 'POST') return void response.writeHead(405).end();
      const message = JSON.parse(await text(request)) as Message;
      seen.push({ method: message.method, headers: request.headers });
      if (message.id === undefined) return void response.writeHead(202).end();
      (answers[message.method] ?? ((...args) => reply(args[0], args[1], { result: {} })))(
        response,
        message,
        request,
      );
    });
    url = `http://127.0.0.1:${await listen(server)}/mcp?key=hush`;
  });
  afterEach(async () => {
    await port.close();
    server.closeAllConnections();
    server.close();
  });

  it('[SRV-3] speaks the stateless era', async () => {
    const cache = { ttlMs: 0, cacheScope: 'private' };
    const _meta = { 'io.modelcontextprotocol/serverInfo': serverInfo };
    const results: Record<string, object> = {
      'server/discover': { ...cache, supportedVersions: ['2026-07-28'], capabilities, _meta },
      'tools/list': { ...cache, tools: [] },
      'tools/call': { content: [{ type: 'text', text: 'done' }] },
    };
    for (const [method, result] of Object.entries(results)) {
      answers[method] = (response, message) =>
        reply(response, message, { result: { resultType: 'complete', ...result } });
    }
    expect(await port.probe(target(url), never)).toMatchObject({
      protocolVersion: '2026-07-28',
      serverName: 'scripted',
    });
    expect(await call(target(url), 'x')).toMatchObject({ text: 'done' });
    expect(seen.map(({ method }) => method)).toEqual(['server/discover', 'tools/list', 'tools/call']);
    expect(seen.at(-1)!.headers).toMatchObject({
      authorization: 'Bearer secret-token',
      'mcp-protocol-version': '2026-07-28',
    });
  });

  it('[SRV-3] speaks the era of sessions, and does not ask a server twice which one it is', async () => {
    answers['tools/call'] = (response) => response.destroy();
    await expect(call(target(url), 'x')).rejects.toMatchObject({ code: 'LOST' }); // the connection is given up
    answers['tools/call'] = (response, message) => reply(response, message, { result: { content: [] } });
    expect(await call(target(url), 'x')).toMatchObject({ isError: false });
    const session = ['initialize', 'notifications/initialized', 'tools/call'];
    expect(seen.map(({ method }) => method)).toEqual(['server/discover', ...session, ...session]);
    expect(seen.at(-1)!.headers).toMatchObject({ 'mcp-session-id': expect.any(String) });
  });

  it('a JSON-RPC error is a failed result that the model may read', async () => {
    answers['tools/call'] = (response, message) =>
      reply(response, message, { error: { code: -32602, message: 'zone is required' } });
    expect(await call(target(url), 'x')).toMatchObject({
      isError: true,
      text: expect.stringContaining('zone is required'),
    });
  });

  it('a session that the server forgot is replaced, once', async () => {
    const done: Answer = (response, message) => reply(response, message, { result: { content: [] } });
    answers['tools/call'] = done;
    await call(target(url), 'x');
    let refusals = 0;
    answers['tools/call'] = (...args) => ((refusals += 1) === 1 ? status(404)(...args) : done(...args));
    expect(await call(target(url), 'x')).toMatchObject({ isError: false });
    answers['tools/call'] = status(404);
    await expect(call(target(url), 'x')).rejects.toMatchObject({ code: 'REJECTED' });
  });

  it.each([401, 403, 404, 500])(
    'HTTP %i while connecting is REJECTED; the sentence names the address, no secrets',
    async (code) => {
      answers = { 'server/discover': status(code), initialize: status(code) };
      const error: unknown = await port.probe(target(url), never).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({
        code: 'REJECTED',
        message: expect.stringContaining(url.replace('?key=hush', '')),
      });
      expect(String(error)).not.toMatch(/hush|secret-token/);
    },
  );

  it('[EXE-6] a stream that breaks before the result is LOST at once', async () => {
    answers['tools/call'] = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(': working\n\n');
      setImmediate(() => response.destroy());
    };
    await expect(call(target(url), 'x')).rejects.toMatchObject({ code: 'LOST' });
  });

  it('[EXE-6] an answer that is not finished is LOST, and so is a gateway that gave up', async () => {
    answers['tools/call'] = (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 });
      response.write('{"jsonrpc"');
      setImmediate(() => response.destroy());
    };
    await expect(call(target(url), 'x')).rejects.toMatchObject({ code: 'LOST' });
    answers['tools/call'] = status(504);
    await expect(call(target(url), 'x')).rejects.toMatchObject({ code: 'LOST' });
  });

  it.each([
    [500, 'LOST'],
    [503, 'LOST'],
    [403, 'REJECTED'],
    [422, 'REJECTED'],
  ])(
    '[EXE-6] a call that is answered with HTTP %i is %s: only a refusal says that nothing was done',
    async (code, expected) => {
      answers['tools/call'] = status(code);
      await expect(call(target(url), 'x')).rejects.toMatchObject({ code: expected });
    },
  );

  it.each(['json', 'events'])('[SRV-8] a reply that is none is a fault at once, as %s', async (form) => {
    answers['tools/call'] = (response, message) => {
      const json = JSON.stringify({ jsonrpc: '2.0', id: message.id, result: null });
      const type = form === 'json' ? 'application/json' : 'text/event-stream';
      response.writeHead(200, {
        'content-type': type,
        'content-length': Buffer.byteLength(form === 'json' ? json : `data: ${json}\n\n`),
      });
      response.end(form === 'json' ? json : `data: ${json}\n\n`);
    };
    // Far above what the test may take: a fault that waits for the limit fails it.
    await expect(call(target(url, { callTimeoutMs: 60_000 }), 'x')).rejects.toMatchObject({
      code: 'REJECTED',
      message: expect.stringContaining('not valid MCP'),
    });
  });

  it('[SRV-8] a server of the older HTTP+SSE transport is named as one', async () => {
    const old = createServer((request, response) => {
      if (request.method !== 'GET') return void response.writeHead(405).end();
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('event: endpoint\ndata: /messages?session=1\n\n');
    });
    const number = await listen(old);
    await expect(port.probe(target(`http://127.0.0.1:${number}/sse`), never)).rejects.toMatchObject({
      code: 'REJECTED',
      message: expect.stringContaining('older HTTP+SSE transport'),
    });
    old.closeAllConnections();
    old.close();
  });

  it('an endless answer is cut off', async () => {
    answers['tools/call'] = (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = () => void (response.writable && response.write('"'.repeat(1_000_000), more));
      more();
    };
    await expect(call(target(url), 'x')).rejects.toMatchObject({ code: 'LOST' });
  });

  it('a call that takes too long is a TIMEOUT, a cancelled one CANCELLED', async () => {
    answers['tools/call'] = () => {};
    await expect(call(target(url, { callTimeoutMs: 30 }), 'x')).rejects.toMatchObject({ code: 'TIMEOUT' });
    const cancel = new AbortController();
    answers['tools/call'] = () => cancel.abort();
    await expect(call(target(url), 'x', {}, cancel.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('no server', () => {
  it('[SRV-1] a dead address is UNREACHABLE and named', async () => {
    const url = `http://127.0.0.1:${await freePort()}/mcp`;
    const failure = {
      code: 'UNREACHABLE',
      message: expect.stringMatching(/127\.0\.0\.1:\d+\/mcp cannot be reached: the connection was refused/),
    };
    await expect(port.probe(target(url), never)).rejects.toMatchObject(failure);
    await expect(call(target(url), 'x')).rejects.toMatchObject(failure);
  });

  it('a name that does not resolve, and no URL at all, are UNREACHABLE', async () => {
    await expect(port.probe(target('http://does-not-exist.invalid/mcp'), never)).rejects.toMatchObject({
      code: 'UNREACHABLE',
    });
    await expect(port.probe(target('nonsense'), never)).rejects.toMatchObject({ code: 'UNREACHABLE' });
  });

  it('[SRV-5] a private address is UNREACHABLE through the guard, with its reason', async () => {
    port = createMcpPort({ fetch: createEgress({ allowPrivate: false }).fetch });
    await expect(port.probe(target('http://169.254.169.254/mcp'), never)).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining('private, local or reserved'),
    });
  });
});
