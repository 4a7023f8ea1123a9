import { Client } from '@modelcontextprotocol/client';
import { DriverError, type McpTarget } from '../driver.ts';
import type { CommandLine } from './confinement.ts';
import { HttpTransport } from './http-transport.ts';
import { describeTarget, toConnectError } from './mcp-errors.ts';
import { StdioTransport } from './stdio-transport.ts';

export interface McpConnection {
  client: Client;
  /** The server speaks 2025-11-25 or earlier: the next connection need not ask. */
  isLegacy: boolean;
  connectMs: number;
  /** Resolves when the connection is over, whoever ended it. */
  closed: Promise<void>;
  close(): Promise<void>;
}

export interface ConnectOptions {
  fetch: typeof fetch;
  /** What to start for a stdio target: its command, within whatever confines it. Null for others. */
  line: CommandLine | null;
  /** PATH of stdio children. */
  path: string;
  /** An earlier connection found the server to be of the old era: greet it the old way at once. */
  isLegacy: boolean;
  /** Aborted when nobody waits for the connection any more. */
  signal: AbortSignal;
}

/**
 * Connects within `target.connectTimeoutMs`, in whichever protocol era the server speaks: `server/discover` (2026-07-28
 * and later) is tried first, `initialize` (2025-11-25 and earlier) otherwise. Throws DriverError, leaving nothing behind.
 */
export async function openConnection(target: McpTarget, options: ConnectOptions): Promise<McpConnection> {
  const deadline = performance.now() + target.connectTimeoutMs;
  const transport = openTransport(target, options);
  try {
    return await connect(target, transport, { ...options, deadline });
  } catch (error) {
    const hasEnded = transport instanceof StdioTransport && transport.end !== undefined;
    if (!hasEnded || options.isLegacy) throw error;
  }
  // Some stdio servers end at a request they do not know: a second child is greeted the old way at once.
  return connect(target, openTransport(target, options), { ...options, isLegacy: true, deadline });
}

async function connect(
  target: McpTarget,
  transport: StdioTransport | HttpTransport,
  options: ConnectOptions & { deadline: number },
): Promise<McpConnection> {
  const { isLegacy, signal, deadline } = options;
  const started = performance.now();
  const limitMs = Math.max(1, Math.ceil(deadline - started));
  const client = new Client(
    { name: 'mcp-agent-studio', title: 'MCP Agent Studio', version: '0.1.0' },
    {
      // A silent stdio server is an old one: the question must leave time for the old greeting.
      versionNegotiation: { mode: 'auto', probe: { timeoutMs: Math.ceil(limitMs / 3) } },
      inputRequired: { autoFulfill: false },
    },
  );
  const closed = new Promise<void>((resolve) => {
    client.onclose = resolve;
  });
  // Out-of-band complaints (a line that is no message, a standing stream that dropped): every failure that matters to a
  // caller settles its own request.
  client.onerror = () => undefined;

  let stop = () => {};
  let timer: NodeJS.Timeout | undefined;
  const stopped = new Promise<never>((_, reject) => {
    const message = `${describeTarget(target)} did not answer within ${target.connectTimeoutMs / 1000} seconds. Check that it is running.`;
    stop = () => reject(new DriverError('CANCELLED', 'Connecting to the MCP server was cancelled.'));
    timer = setTimeout(() => reject(new DriverError('UNREACHABLE', message)), limitMs);
    signal.addEventListener('abort', stop, { once: true });
  });
  if (signal.aborted) stop();
  const prior = isLegacy ? ({ kind: 'legacy' } as const) : undefined;
  try {
    await Promise.race([client.connect(transport, { timeout: limitMs, prior }), stopped]);
  } catch (error) {
    await transport.close();
    if (error instanceof DriverError) throw error;
    if (transport instanceof HttpTransport && (await isOldTransport(target, options, deadline))) {
      throw new DriverError('REJECTED', olderTransport(target), { cause: error });
    }
    throw toConnectError(error, target, transport);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
  return {
    client,
    isLegacy: client.getProtocolEra() === 'legacy',
    connectMs: performance.now() - started,
    closed,
    close: () => client.close(),
  };
}

const olderTransport = (target: McpTarget): string =>
  `${describeTarget(target)} speaks the older HTTP+SSE transport, which is not supported. Enter the address of its Streamable HTTP endpoint, often /mcp, or update it.`;

/** Whether the address answers as the transport of 2024-11-05 does: with a stream that begins by naming an endpoint. */
async function isOldTransport(
  { transport }: McpTarget,
  { fetch, signal }: ConnectOptions,
  deadline: number,
): Promise<boolean> {
  if (transport.type !== 'http') return false;
  const limit = AbortSignal.timeout(Math.max(1, Math.ceil(deadline - performance.now())));
  const ended = new AbortController();
  try {
    const response = await fetch(transport.url, {
      headers: { ...transport.headers, accept: 'text/event-stream' },
      redirect: 'manual',
      signal: AbortSignal.any([signal, limit, ended.signal]),
    });
    if (!response.ok || !response.headers.get('content-type')?.startsWith('text/event-stream')) return false;
    const first = await response.body?.getReader().read();
    return /^event: ?endpoint\b/m.test(Buffer.from(first?.value ?? []).toString());
  } catch {
    return false; // why the first attempt failed is the better answer
  } finally {
    ended.abort();
  }
}

function openTransport(
  target: McpTarget,
  { fetch, path, line }: ConnectOptions,
): StdioTransport | HttpTransport {
  const { transport } = target;
  if (transport.type === 'stdio') {
    const { env, cwd } = transport;
    return new StdioTransport({ ...(line ?? transport), cwd, env: { PATH: path, HOME: cwd, ...env } });
  }
  if (!URL.canParse(transport.url)) {
    throw new DriverError(
      'UNREACHABLE',
      `${describeTarget(target)} cannot be reached. Enter a complete http(s) URL.`,
    );
  }
  return new HttpTransport({ ...transport, fetch });
}
