import { EventEmitter, once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { McpPort, McpTarget, McpToolResult } from '../driver.ts';
import { createMcpPort, idempotencyMetaKey, type McpPortOptions } from './mcp-port.ts';
import { StdioTransport } from './stdio-transport.ts';

const never = new AbortController().signal;
const fixture = fileURLToPath(new URL('./fixtures/scripted-server.mjs', import.meta.url));

/** Where the scripted server tells what it did: `reports` emits the path, `hanging/4711` as `hanging` with 4711. */
const reports = new EventEmitter();
let reportServer: Server;
let reportUrl: string;
let workspace: string;
beforeAll(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'mcp-stdio-'));
  reportServer = createServer((request, response) => {
    const path = request.url!.slice(1);
    const [name, detail] = path.startsWith('notifications/') ? [path] : path.split('/');
    reports.emit(name!, detail);
    response.end();
  }).listen(0, '127.0.0.1');
  await once(reportServer, 'listening');
  reportUrl = `http://127.0.0.1:${(reportServer.address() as AddressInfo).port}`;
});
afterAll(async () => {
  reportServer.closeAllConnections();
  reportServer.close();
  await rm(workspace, { recursive: true });
});

let port: McpPort;
function open(options: Partial<McpPortOptions> = {}): McpPort {
  port = createMcpPort({ fetch, ...options });
  return port;
}
afterEach(() => port.close());

type Stdio = Extract<McpTarget['transport'], { type: 'stdio' }>;
function target(
  changes: Partial<Stdio> & { mode?: string; callTimeoutMs?: number; key?: string; scope?: string } = {},
): McpTarget {
  const { mode = 'legacy', callTimeoutMs = 5000, key = 'one', scope = null, ...transport } = changes;
  const env = { MODE: mode, REPORT: reportUrl };
  return {
    key: scope === null ? key : `${key}:${scope}`,
    serverId: 'one',
    scope,
    connectTimeoutMs: 5000,
    callTimeoutMs,
    transport: {
      type: 'stdio',
      command: process.execPath,
      args: [fixture],
      env,
      cwd: workspace,
      confinement: null,
      ...transport,
    },
  };
}
function call(to: McpTarget, name: string, args = {}, signal = never): Promise<McpToolResult> {
  return port.callTool(to, { name, arguments: args, idempotencyKey: 'key-1', signal });
}
async function pidOf(to: McpTarget): Promise<number> {
  return Number((await call(to, 'pid')).text);
}
/** A process whose parent is gone may stay a zombie where process 1 does not reap: it is dead all the same. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

describe('the reference servers', () => {
  const require = createRequire(import.meta.url);
  const script = (name: string) =>
    join(dirname(require.resolve(`@modelcontextprotocol/${name}/package.json`)), 'dist/index.js');

  it('[SRV-1] server-filesystem writes and reads relative to its workspace', async () => {
    open();
    const files = target({ args: [script('server-filesystem'), '.'], env: {} });
    const probe = await port.probe(files, never);
    expect(probe).toMatchObject({ serverName: 'secure-filesystem-server', protocolVersion: '2025-11-25' });
    expect(probe.tools.map((tool) => tool.name)).toContain('write_file');

    expect(await call(files, 'write_file', { path: 'tea.md', content: '# Tea' })).toMatchObject({
      isError: false,
    });
    expect(await readFile(join(workspace, 'tea.md'), 'utf8')).toBe('# Tea');
    expect(await call(files, 'read_text_file', { path: 'tea.md' })).toMatchObject({
      isError: false,
      text: '# Tea',
    });
    expect(await call(files, 'read_text_file', { path: '/etc/passwd' })).toMatchObject({ isError: true });
  });

  it('[SRV-1] server-everything lists and calls its tools; an unknown tool is an error result', async () => {
    open();
    const everything = target({ args: [script('server-everything'), 'stdio'], env: {} });
    const { tools } = await port.probe(everything, never);
    expect(tools.find((tool) => tool.name === 'echo')).toMatchObject({
      inputSchema: { type: 'object', required: ['message'] },
    });
    expect(await call(everything, 'echo', { message: 'hi' })).toEqual({
      isError: false,
      isTruncated: false,
      text: 'Echo: hi',
      content: [{ type: 'text', text: 'Echo: hi', sizeBytes: 8 }],
    });
    expect(await call(everything, 'get-tiny-image')).toMatchObject({
      text: expect.stringContaining('[image image/png'),
    });
    expect(await call(everything, 'no-such-tool')).toMatchObject({
      isError: true,
      text: expect.stringContaining('no-such-tool'),
    });
  });

  it('[SRV-8] has typed parts: text, data, media, resources and links, with their sizes', async () => {
    open();
    const everything = target({ args: [script('server-everything'), 'stdio'], env: {} });
    const partsOf = async (name: string, args = {}) => (await call(everything, name, args)).content;
    expect(await partsOf('get-structured-content', { location: 'Chicago' })).toEqual([
      {
        type: 'structured',
        value: expect.objectContaining({ temperature: 36 }),
        sizeBytes: expect.any(Number),
      },
      { type: 'text', text: expect.stringContaining('temperature'), sizeBytes: expect.any(Number) },
    ]);
    const image = (await partsOf('get-tiny-image')).find(({ type }) => type === 'media');
    expect(image).toMatchObject({ mimeType: 'image/png', sizeBytes: expect.any(Number) });
    expect(JSON.stringify(image).length).toBeLessThan(200);
    expect(await partsOf('get-resource-links', { count: 1 })).toContainEqual({
      type: 'link',
      uri: expect.stringContaining('demo://'),
      name: expect.any(String),
      mimeType: 'text/plain',
      sizeBytes: null,
    });
    expect(await partsOf('get-resource-reference', { resourceType: 'Text', resourceId: 1 })).toContainEqual({
      type: 'resource',
      uri: expect.stringContaining('demo://'),
      mimeType: 'text/plain',
      text: expect.any(String),
      sizeBytes: expect.any(Number),
    });
  });
});

describe('protocol eras', () => {
  it.each([
    ['modern', '2026-07-28'],
    ['legacy', '2025-06-18'],
    ['brittle', '2025-06-18'],
  ])('[SRV-3] talks to a %s server', async (mode, protocolVersion) => {
    open();
    const probe = await port.probe(target({ mode }), never);
    expect(probe).toMatchObject({ protocolVersion, serverName: 'scripted', serverVersion: '1.2.3' });
    expect(await pidOf(target({ mode }))).toBeGreaterThan(0);
  });
});

describe('limits', () => {
  it('[SRV-8] lists all pages up to 1,000 tools, caps a description at 8 KB and tells when it cut', async () => {
    open();
    const few = await port.probe(target(), never);
    expect(few.tools).toHaveLength(250);
    expect(few.isCut).toBe(false);
    expect(few.tools[0]!.description).toHaveLength(8 * 1024);
    expect(few.tools[199]).toMatchObject({ name: 'tool-199', annotations: { readOnlyHint: true } });
    const exact = await port.probe(target({ mode: 'tools-1000', key: 'exact' }), never);
    expect([exact.tools.length, exact.isCut]).toEqual([1000, false]);
    const many = await port.probe(target({ mode: 'tools-1001', key: 'many' }), never);
    expect([many.tools.length, many.isCut]).toEqual([1000, true]);
  });

  it('[SRV-8] keeps the tools beside one whose definition is none, which says why', async () => {
    const { tools } = await open().probe(target({ mode: 'odd' }), never);
    const faults = Object.fromEntries(tools.map(({ name, fault }) => [name, fault]));
    expect(faults).toEqual({
      good: undefined,
      draft7: undefined,
      'no-schema': expect.stringContaining('it is no object'),
      'wrong-type': expect.stringContaining('properties type must be a type of JSON'),
      deep: expect.stringContaining('nested'),
      'bad-pattern': expect.stringContaining('pattern must be a regular expression'),
    });
  });

  it('cuts a result at 1 MB, between characters', async () => {
    open();
    const result = await call(target(), 'big');
    expect(result.isTruncated).toBe(true);
    expect(Buffer.byteLength(result.text)).toBeLessThanOrEqual(1024 * 1024);
    expect(result.text).toMatch(/^é+$/);
    expect(result.content).toEqual([{ type: 'text', text: null, sizeBytes: expect.any(Number) }]);
  });

  it('survives noise on stdout and stderr', async () => {
    open();
    expect(await call(target(), 'flood')).toMatchObject({ text: 'still here' });
  });

  it('[SRV-8] a reply that is none is a fault at once, and the child goes on', async () => {
    open();
    const patient = target({ callTimeoutMs: 60_000 });
    await expect(call(patient, 'nothing')).rejects.toMatchObject({ code: 'REJECTED' });
    expect(await pidOf(patient)).toBeGreaterThan(0);
  });

  it('ends a child that writes without end', async () => {
    open();
    await expect(call(target(), 'endless')).rejects.toMatchObject({ code: 'LOST' });
  });
});

describe('the child process', () => {
  it('gets exactly the declared environment, PATH and HOME', async () => {
    vi.stubEnv('MASTER_KEY', 'secret of ours');
    open({ path: '/opt/bin' });
    const env = JSON.parse((await call(target({ env: { TOKEN: 't' } }), 'env')).text) as Record<
      string,
      string
    >;
    vi.unstubAllEnvs();
    expect(env).toEqual({ PATH: '/opt/bin', HOME: workspace, TOKEN: 't' });
  });

  it('is started without a shell: metacharacters arrive as they are', async () => {
    open();
    const args = ['$(id)', ';ls', '*', '`x`'];
    expect(JSON.parse((await call(target({ args: [fixture, ...args] }), 'argv')).text)).toEqual(args);
  });

  it('receives the idempotency key', async () => {
    open();
    expect(JSON.parse((await call(target(), 'meta')).text)).toMatchObject({ [idempotencyMetaKey]: 'key-1' });
  });

  it('is shared by key, and closed when idle', async () => {
    open({ idleMs: 10 });
    const [first, second, other] = await Promise.all([
      pidOf(target()),
      pidOf(target()),
      pidOf(target({ key: 'two' })),
    ]);
    expect(first).toBe(second);
    expect(other).not.toBe(first);
    await vi.waitFor(() => expect(isAlive(first)).toBe(false), { interval: 10 });
  });

  it('[SRV-8] belongs to a run: no other shares it, no idleness ends it, the end of the run does', async () => {
    open({ idleMs: 1 });
    const [first, second] = [target({ scope: 'run-1' }), target({ scope: 'run-2' })];
    const pid = await pidOf(first);
    expect(await pidOf(second)).not.toBe(pid);
    const shared = await pidOf(target());
    await vi.waitFor(() => expect(isAlive(shared)).toBe(false), { interval: 5 });
    expect(await pidOf(first)).toBe(pid);
    await port.release('run-1');
    expect(isAlive(pid)).toBe(false);
    expect(await pidOf(second)).toBeGreaterThan(0);
  });

  it('[SRV-8] ends at once when its server is dropped, also under a call', async () => {
    open();
    const hanging = once(reports, 'hanging');
    const result = call(target({ scope: 'run-1' }), 'hang');
    const [pid] = (await hanging) as [string];
    port.drop('another');
    expect(isAlive(Number(pid))).toBe(true);
    port.drop('one');
    await expect(result).rejects.toMatchObject({ code: 'LOST' });
    await vi.waitFor(() => expect(isAlive(Number(pid))).toBe(false), { interval: 10 });
  });

  it('is gone after close, with everything it started', async () => {
    open();
    const pids = (await call(target(), 'family')).text.split(' ').map(Number);
    expect(pids.map(isAlive)).toEqual([true, true]);
    await port.close();
    await vi.waitFor(() => expect(pids.map(isAlive)).toEqual([false, false]), { interval: 5 });
    await expect(pidOf(target())).rejects.toMatchObject({ code: 'UNREACHABLE' });
  });

  it('is killed when it ignores SIGTERM', async () => {
    open();
    const transport = new StdioTransport(
      {
        command: process.execPath,
        args: [fixture],
        env: { MODE: 'stubborn', REPORT: reportUrl },
        cwd: workspace,
      },
      // Time enough to tell of the signal, also on a machine that is busy.
      { termAfterMs: 1, killAfterMs: 2000 },
    );
    const ready = new Promise((resolve) => (transport.onmessage = resolve));
    await transport.start();
    await transport.send({ jsonrpc: '2.0', id: 1, method: 'initialize' });
    await ready;
    const warned = once(reports, 'sigterm');
    await transport.close();
    await warned;
    expect(isAlive(transport.pid!)).toBe(false);
  });
});

describe('failures', () => {
  it('[SRV-1] a command that does not exist is UNREACHABLE, named, and what to do is said', async () => {
    await expect(open().probe(target({ command: 'no-such-command' }), never)).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringMatching(/no-such-command.*not found.*Install/),
    });
  });

  it('a child that ends at once is UNREACHABLE and says why, without its secrets', async () => {
    const dying = {
      ...target({
        args: ['-e', 'console.error("Error: bad token " + process.env.TOKEN); process.exit(7)'],
        env: { TOKEN: 'hush-hush' },
      }),
      secrets: ['hush-hush'],
    };
    await expect(open().probe(dying, never)).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining('(exit code 7): Error: bad token [redacted].'),
    });
  });

  it('[SRV-1] says nothing of where things lie on this machine', async () => {
    const missing = join(workspace, 'deep', 'nowhere.js');
    const error: unknown = await open()
      .probe(target({ args: [missing] }), never)
      .catch((thrown: unknown) => thrown);
    expect(String(error)).toContain('nowhere.js');
    expect(String(error)).not.toContain(workspace);
    expect(String(error)).not.toContain(dirname(process.execPath));
  });

  it('a child that says nothing is UNREACHABLE after the limit', async () => {
    const silent = { ...target({ args: ['-e', 'setInterval(() => {}, 1000)'] }), connectTimeoutMs: 60 };
    await expect(open().probe(silent, never)).rejects.toMatchObject({ code: 'UNREACHABLE' });
  });

  it('[EXE-6] a child that dies in the middle of a call is LOST; the next call starts another', async () => {
    open();
    const before = await pidOf(target());
    await expect(call(target(), 'crash')).rejects.toMatchObject({
      code: 'LOST',
      message: expect.stringContaining('unknown'),
    });
    expect(await pidOf(target())).not.toBe(before);
  });

  it('[EXE-6] a child that is killed from outside in the middle of a call is LOST', async () => {
    open();
    const hanging = once(reports, 'hanging');
    const result = call(target(), 'hang');
    const [pid] = (await hanging) as [string];
    process.kill(Number(pid), 'SIGKILL');
    await expect(result).rejects.toMatchObject({ code: 'LOST' });
  });

  it('a call that takes too long is a TIMEOUT, and its child is ended', async () => {
    open();
    const hanging = once(reports, 'hanging');
    const warm = target();
    await pidOf(warm);
    await expect(call({ ...warm, callTimeoutMs: 50 }, 'hang')).rejects.toMatchObject({ code: 'TIMEOUT' });
    const [pid] = (await hanging) as [string];
    await vi.waitFor(() => expect(isAlive(Number(pid))).toBe(false), { interval: 10 });
  });

  it('[EXE-5] cancelling a call tells the server, ends it at once and ends the child', async () => {
    open();
    const cancel = new AbortController();
    const hanging = once(reports, 'hanging');
    const told = once(reports, 'notifications/cancelled');
    const result = call(target(), 'hang', {}, cancel.signal);
    const [pid] = (await hanging) as [string];
    cancel.abort();
    await expect(result).rejects.toMatchObject({ code: 'CANCELLED' });
    await told;
    await vi.waitFor(() => expect(isAlive(Number(pid))).toBe(false), { interval: 10 });
  });

  it('[EXE-5] cancelling one of two calls leaves the other its child', async () => {
    open();
    const cancel = new AbortController();
    const other = call(target(), 'hang');
    const hanging = once(reports, 'hanging');
    const [pid] = (await hanging) as [string];
    const cancelled = call(target(), 'hang', {}, cancel.signal);
    await once(reports, 'hanging');
    cancel.abort();
    await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await pidOf(target())).toBe(Number(pid));
    process.kill(Number(pid), 'SIGKILL');
    await expect(other).rejects.toMatchObject({ code: 'LOST' });
  });

  it('[EXE-5] cancelling while connecting does not wait for the server', async () => {
    open();
    const cancel = new AbortController();
    const result = call(target({ args: ['-e', 'setInterval(() => {}, 1000)'] }), 'pid', {}, cancel.signal);
    cancel.abort();
    await expect(result).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
