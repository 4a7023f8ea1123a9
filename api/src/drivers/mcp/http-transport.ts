import { setTimeout as sleep } from 'node:timers/promises';
import {
  StreamableHTTPClientTransport,
  type JSONRPCMessage,
  type TransportSendOptions,
} from '@modelcontextprotocol/client';
import { invalidReplyCode, readMessage } from './mcp-message.ts';

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
      fetch: async (url, init) => mendReplies(limitBody(await options.fetch(url, init), init?.method)),
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

/**
 * Replies that are none, in a stream of events or alone, become errors that settle their requests (`mcp-message.ts`): the
 * SDK passes over them. Each event is one line of `data` in every server known; others are passed on as they are.
 */
function mendReplies(response: Response): Response {
  const type = response.headers.get('content-type') ?? '';
  if (!response.body || !/^(text\/event-stream|application\/json)\b/i.test(type)) return response;
  const isStream = type.toLowerCase().startsWith('text/event-stream');
  let rest = '';
  const mend = (line: string) => {
    const [, prefix = '', json = ''] = (isStream ? /^(data: ?)(\{.*)$/s : /^(\s*)(\{.*)$/s).exec(line) ?? [];
    return isInvalidReply(json) ? `${prefix}${JSON.stringify(readMessage(json))}` : line;
  };
  const mender = new TransformStream<string, string>({
    transform(chunk, controller) {
      const lines = (rest + chunk).split('\n');
      rest = isStream ? (lines.pop() ?? '') : lines.splice(0).join('\n');
      for (const line of lines) controller.enqueue(`${mend(line)}\n`);
    },
    flush(controller) {
      if (rest) controller.enqueue(mend(rest));
    },
  });
  const { status, statusText, headers } = response;
  const body = response.body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(mender)
    .pipeThrough(new TextEncoderStream());
  const mended = new Headers(headers);
  mended.delete('content-length'); // of what was sent, not of what is read now
  return new Response(body, { status, statusText, headers: mended });
}

const isInvalidReply = (json: string): boolean => {
  const message = json === '' ? null : readMessage(json);
  return message !== null && 'error' in message && message.error.code === invalidReplyCode;
};

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
