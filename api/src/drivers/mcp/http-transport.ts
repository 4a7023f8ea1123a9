import { setTimeout as sleep } from 'node:timers/promises';
import {
  StreamableHTTPClientTransport,
  type JSONRPCMessage,
  type TransportSendOptions,
} from '@modelcontextprotocol/client';

/** One HTTP answer; room for a result of 1 MB as base64 or escaped text among progress messages. */
const maxResponseBytes = 8 * 1024 * 1024;

/**
 * JSON-RPC error code under which a request whose stream ended without a reply is settled. Local to this process and in
 * the range that JSON-RPC leaves to implementations.
 */
export const streamEndedCode = -32_098;

/** A server that supports resuming gets two quick chances; then the outcome is unknown and the run must decide. */
const reconnection = {
  initialReconnectionDelay: 200,
  maxReconnectionDelay: 500,
  reconnectionDelayGrowFactor: 1.5,
  maxRetries: 2,
};

/** A courtesy to the server, which would otherwise keep the session until it expires. */
const terminateSessionMs = 1000;

/**
 * Streamable HTTP through the guarded `fetch`, with bounded answers. The SDK leaves a request whose stream broke pending
 * until its timeout; here it fails at once with `streamEndedCode`.
 */
export class HttpTransport extends StreamableHTTPClientTransport {
  constructor(options: { url: string; headers: Record<string, string>; fetch: typeof fetch }) {
    super(new URL(options.url), {
      requestInit: { headers: options.headers },
      fetch: async (url, init) => limitBody(await options.fetch(url, init), init?.method),
      reconnectionOptions: reconnection,
    });
  }

  override async close(): Promise<void> {
    const goodbye = this.terminateSession().catch(() => undefined); // the server may be what we are closing for
    await Promise.race([goodbye, sleep(terminateSessionMs, undefined, { ref: false })]);
    await super.close();
  }

  override send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    if (!('method' in message) || !('id' in message)) return super.send(message, options);
    const { id } = message;
    const error = { code: streamEndedCode, message: 'The stream ended without a reply.' };
    return super.send(message, {
      ...options,
      onRequestStreamEnd: () => {
        options?.onRequestStreamEnd?.();
        this.onmessage?.({ jsonrpc: '2.0', id, error }); // ignored by the client when the reply had come
      },
    });
  }
}

/** The standing GET stream of a session is left alone: it lives long and each of its messages is small. */
function limitBody(response: Response, method = 'GET'): Response {
  if (!response.body || method !== 'POST') return response;
  let bytes = 0;
  const limiter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (bytes > maxResponseBytes) controller.error(new Error('The answer of the MCP server exceeds 8 MB.'));
      else controller.enqueue(chunk);
    },
  });
  const { status, statusText, headers } = response;
  return new Response(response.body.pipeThrough(limiter), { status, statusText, headers });
}
