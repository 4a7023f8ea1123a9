import { dirname } from 'node:path';
import { ProtocolError, type Client } from '@modelcontextprotocol/client';
import { z } from 'zod';
import { withStorableResults } from '../outside-text.ts';
import { DriverError, type McpPort, type McpTarget } from '../driver.ts';
import {
  type CommandLine,
  confine,
  describeIsolation,
  findMachinery,
  type Machinery,
} from './confinement.ts';
import { openConnection } from './mcp-connection.ts';
import { describeTarget, detailOf, isSessionGone, toCallError } from './mcp-errors.ts';
import { createMcpPool, type Lease } from './mcp-pool.ts';
import { toErrorResult, toToolResult } from './mcp-result.ts';
import { toDefinitions } from './mcp-tools.ts';

/** Longer than a model needs between two calls of one run, short enough that idle children do not pile up. */
const defaultIdleMs = 60_000;
/** Real servers offer hundreds; one that lists without end is cut off here, which is told. */
const maxTools = 1000;
/** Pages of a server whose cursor never ends. */
const maxPages = 200;

/** Name of our entry in the `_meta` of a call; a server that knows it may use it to recognise a repeated call. */
export const idempotencyMetaKey = 'mcp-agent-studio/idempotency-key';

export interface McpPortOptions {
  /** The guarded one of `platform/egress.ts`. */
  fetch: typeof fetch;
  /** PATH of stdio children; they inherit nothing else. Default: this Node's own folder and the system's. */
  path?: string;
  /** Milliseconds after its last use until a connection is closed. */
  idleMs?: number;
}

/** The McpPort over Streamable HTTP and stdio, one pooled connection for each `target.key`. Opens nothing by itself. */
export function createMcpPort({
  fetch,
  path = defaultPath(),
  idleMs = defaultIdleMs,
}: McpPortOptions): McpPort {
  const pool = createMcpPool({
    idleMs,
    open: async (target, found) =>
      openConnection(target, { fetch, path, ...found, line: await lineOf(target) }),
  });
  /** Found out when the first child is started. */
  let machinery: Promise<Machinery> | undefined;
  const lineOf = async ({ transport }: McpTarget): Promise<CommandLine | null> => {
    if (transport.type !== 'stdio') return null;
    const { confinement, ...child } = transport;
    if (confinement === null) return child;
    machinery ??= findMachinery();
    return confine(child, confinement, await machinery);
  };

  /**
   * Runs one request on the pooled connection; a session that the server forgot is replaced once. Throws DriverError, or
   * ProtocolError when the server itself refused the request.
   */
  const request = async <T>(
    target: McpTarget,
    signal: AbortSignal,
    work: (lease: Lease) => Promise<T>,
    mayReconnect = true,
  ): Promise<T> => {
    let isForgotten = false;
    try {
      return await pool.use(target, signal, (lease) =>
        work(lease).catch((error: unknown) => {
          isForgotten = mayReconnect && !lease.isFresh && isSessionGone(error);
          if (isForgotten) lease.retire();
          throw settle(error, target, signal, lease);
        }),
      );
    } catch (error) {
      if (!isForgotten) throw error;
    }
    return request(target, signal, work, false);
  };

  return withStorableResults({
    probe: (target, signal) =>
      request(target, signal, async ({ connection }) => {
        const { client, connectMs } = connection;
        const { tools, isCut, latencyMs } = await listTools(client, {
          signal,
          timeout: target.callTimeoutMs,
        });
        const server = client.getServerVersion();
        return {
          protocolVersion: client.getNegotiatedProtocolVersion() ?? 'unknown',
          serverName: server?.name ?? 'unknown',
          serverVersion: server?.version ?? 'unknown',
          tools: toDefinitions(tools),
          isCut,
          latencyMs: Math.round(latencyMs ?? connectMs),
        };
      }).catch((error: unknown) => {
        if (!(error instanceof ProtocolError)) throw error;
        const message = `${describeTarget(target)} refused to list its tools: ${detailOf(error.message, target)}`;
        throw new DriverError('REJECTED', message, { cause: error });
      }),

    callTool: async (target, { name, arguments: args, idempotencyKey, signal }) => {
      try {
        const params = { name, arguments: args, _meta: { [idempotencyMetaKey]: idempotencyKey } };
        return await request(target, signal, async ({ connection }) =>
          toToolResult(await connection.client.callTool(params, { signal, timeout: target.callTimeoutMs })),
        );
      } catch (error) {
        if (error instanceof ProtocolError) return toErrorResult(error.message);
        throw error;
      }
    },

    async isolationOf(confinement) {
      machinery ??= findMachinery();
      return describeIsolation(confinement, await machinery);
    },
    release: (scope) => pool.release(scope),
    drop: (serverId) => pool.drop(serverId),
    close: () => pool.close(),
  });
}

/** Turns a failure into what the caller is told, and retires a connection that is broken or still busy with it. */
function settle(error: unknown, target: McpTarget, signal: AbortSignal, lease: Lease): unknown {
  const failure = signal.aborted
    ? new DriverError('CANCELLED', 'The call to the MCP server was cancelled.', { cause: error })
    : toCallError(error, target);
  if (failure === null) return error;
  const isBroken = failure.code === 'LOST' || failure.code === 'UNREACHABLE';
  // A child that goes on with a call nobody waits for can only be stopped by ending it.
  const isBusyChild =
    target.transport.type === 'stdio' && (failure.code === 'CANCELLED' || failure.code === 'TIMEOUT');
  if (isBroken || (isBusyChild && lease.isAlone())) lease.retire();
  return failure;
}

/** What counts is the list: a tool that is none must not cost the others. The SDK's own form refuses them all. */
const toolList = z.looseObject({ tools: z.array(z.unknown()), nextCursor: z.string().optional() });

/** Every page of `tools/list` up to the cap, and how long the first one took (absent when the server has no tools). */
async function listTools(
  client: Client,
  options: { signal: AbortSignal; timeout: number },
): Promise<{ tools: unknown[]; isCut: boolean; latencyMs?: number }> {
  const tools: unknown[] = [];
  if (!client.getServerCapabilities()?.tools) return { tools, isCut: false };
  const started = performance.now();
  let latencyMs: number | undefined;
  let cursor: string | undefined;
  for (let page = 1; ; page += 1) {
    const params = cursor === undefined ? {} : { cursor };
    const listed = await client.request({ method: 'tools/list', params }, toolList, options);
    latencyMs ??= performance.now() - started;
    tools.push(...listed.tools);
    const hasMore = listed.nextCursor !== undefined && listed.nextCursor !== cursor;
    const isCut = tools.length > maxTools || (hasMore && (tools.length === maxTools || page === maxPages));
    if (!hasMore || isCut) return { tools: tools.slice(0, maxTools), isCut, latencyMs };
    cursor = listed.nextCursor;
  }
}

/** `npx` and `node` are beside the Node that runs us, wherever a version manager has put it. */
function defaultPath(): string {
  return [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(':');
}
