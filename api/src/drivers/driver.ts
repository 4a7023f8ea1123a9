/**
 * The ports through which a run reaches the outside world. The engine knows these types and nothing of what is
 * behind them; a driver knows nothing of the database, of Redis or of who is asking.
 */

/** A JSON value, as it travels to and from models and tools. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** What an expected failure of the outside world means for a run. `engine/outcome.ts` maps each to a final status. */
export type DriverErrorCode =
  | 'UNREACHABLE' // no connection, refused, DNS, TLS: nothing was done
  | 'TIMEOUT' // a limit of ours ran out
  | 'REJECTED' // the far end answered with an error: bad key, bad request, protocol error
  | 'RATE_LIMITED' // 429 or overloaded after the bounded retries
  | 'REFUSED' // the model, or a filter of its provider, declined to answer
  | 'TOO_LONG' // the conversation does not fit what the model can read
  | 'CANCELLED' // our own AbortSignal
  | 'LOST'; // the connection broke after the request had left: the outcome is unknown

export class DriverError extends Error {
  override readonly name = 'DriverError';
  constructor(
    readonly code: DriverErrorCode,
    /** A sentence for people: what failed and what to do. Holds no secret. */
    message: string,
    options?: { cause?: unknown; retryAfterMs?: number },
  ) {
    super(message, { cause: options?.cause });
    this.retryAfterMs = options?.retryAfterMs;
  }
  readonly retryAfterMs: number | undefined;
}

/* ------------------------------------------------------------------ model */

export interface ModelTool {
  /** Unique within one request: `[a-zA-Z0-9_-]{1,64}`. */
  name: string;
  description: string;
  /** JSON Schema of the arguments, an object schema. */
  inputSchema: JsonObject;
}

export interface ModelToolCall {
  callId: string;
  name: string;
  arguments: JsonObject;
}

/** The conversation in the one shape that steps are stored in. */
export type ModelMessage =
  | { role: 'user'; text: string }
  | { role: 'assistant'; text: string; toolCalls: ModelToolCall[] }
  | { role: 'tool'; callId: string; name: string; isError: boolean; text: string };

export interface ModelUsage {
  inputTokens: number;
  outputTokens: number;
  /** Of the input tokens: read from the provider's cache, and written to it. 0 when the provider does not tell. */
  cacheReadTokens: number;
  cacheWriteTokens: number;
  /** Of the output tokens: what the model thought with. 0 when the provider does not tell. */
  reasoningTokens: number;
}

export const NO_USAGE: ModelUsage = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  reasoningTokens: 0,
};

export type ModelChunk =
  | { type: 'text'; text: string }
  | { type: 'thought'; text: string }
  | { type: 'tool-call'; call: ModelToolCall }
  /** Always the last chunk of a reply that came to its end. */
  | { type: 'finish'; usage: ModelUsage; reason: 'stop' | 'tool-calls' | 'length' };

export interface ModelRequest {
  model: string;
  system: string;
  messages: ModelMessage[];
  tools: ModelTool[];
  maxOutputTokens?: number;
  signal: AbortSignal;
}

export type ModelProviderKind = 'ANTHROPIC' | 'OPENAI' | 'OPENAI_COMPATIBLE' | 'SIMULATED';

export interface ModelEndpoint {
  kind: ModelProviderKind;
  /** Required for OPENAI_COMPATIBLE, optional override for the others. */
  baseUrl: string | null;
  apiKey: string | null;
}

export interface ModelPort {
  /** One reply of the model, chunk by chunk; pulls, so a slow reader slows the model. Throws DriverError. */
  stream(endpoint: ModelEndpoint, request: ModelRequest): AsyncIterable<ModelChunk>;
}

/* -------------------------------------------------------------------- mcp */

export type McpTransport =
  | {
      type: 'stdio';
      command: string;
      args: string[];
      env: Record<string, string>;
      cwd: string;
      /** What it is kept from where the machine can; null: started as it is. */
      confinement: Confinement | null;
    }
  | { type: 'http'; url: string; headers: Record<string, string> };

export interface Confinement {
  /** Whether it may use the network. */
  network: boolean;
  /** What it sees besides the system's own programs; null: all that the studio sees. */
  fileSystem: { readable: string[]; writable: string[] } | null;
}

/** What holds of a child process on this machine. */
export interface Isolation {
  /** It gets the variables that were declared for it, and no others. */
  environment: boolean;
  /** It is ended as a whole, with everything that it has started. */
  processGroup: boolean;
  /** Memory, open files and processes are bounded. */
  limits: boolean;
  network: 'NONE' | 'OPEN';
  fileSystem: 'PRIVATE' | 'SHARED';
  user: 'NAMESPACE' | 'SAME';
}

export interface McpTarget {
  /** Server id, credential and its version, what is started and where, scope. Two targets with one key share one connection. */
  key: string;
  /** Whose connection it is: `drop` ends all of a server's. */
  serverId: string;
  /** Of which run: the connection stays until `release`. Null: for whoever asks, closed when idle. */
  scope: string | null;
  transport: McpTransport;
  /** Longest time for connecting and for one call. */
  connectTimeoutMs: number;
  callTimeoutMs: number;
  /** What must not be told of the transport: blotted out of every message, before it is shortened. None when left out. */
  secrets?: readonly string[];
}

export interface McpToolDefinition {
  name: string;
  title: string | null;
  description: string;
  inputSchema: JsonObject;
  annotations: JsonObject;
  /** Why no model can be told of it: its name or its schema is none. Absent when all is well. */
  fault?: string;
}

export interface McpProbe {
  protocolVersion: string;
  serverName: string;
  serverVersion: string;
  tools: McpToolDefinition[];
  /** Of more tools than these nothing is known: the server offers too many. */
  isCut: boolean;
  latencyMs: number;
}

/** A part of what a tool answered, for whoever watches. What is binary or large is told by its size. */
export type ToolContent =
  /** Null: too large. All of it is in the text of the result. */
  | { type: 'text'; text: string | null; sizeBytes: number }
  /** Null: too large. */
  | { type: 'structured'; value: Json; sizeBytes: number }
  /** An image or a sound. */
  | { type: 'media'; mimeType: string; sizeBytes: number }
  /** Null text: binary, or too large. */
  | { type: 'resource'; uri: string; mimeType: string | null; text: string | null; sizeBytes: number }
  | { type: 'link'; uri: string; name: string; mimeType: string | null; sizeBytes: number | null };

export interface McpToolResult {
  isError: boolean;
  /** Text of all content blocks, capped; what the model is told. */
  text: string;
  content: ToolContent[];
  /** True when the cap cut something off. */
  isTruncated: boolean;
}

export interface McpPort {
  /** Connects (or reuses), lists every tool. Throws DriverError. */
  probe(target: McpTarget, signal: AbortSignal): Promise<McpProbe>;
  /** Calls one tool. LOST when the connection broke after the request left. */
  callTool(
    target: McpTarget,
    call: { name: string; arguments: JsonObject; idempotencyKey: string; signal: AbortSignal },
  ): Promise<McpToolResult>;
  /** What holds of a child that is confined like this. */
  isolationOf(confinement: Confinement): Promise<Isolation>;
  /** Closes the connections of a run that has ended or waits. Resolves when its stdio children are gone. */
  release(scope: string): Promise<void>;
  /** Ends every connection of a server that was deleted or is reached otherwise now, also under a call: that is LOST. */
  drop(serverId: string): void;
  /** Closes every connection and waits for stdio children to end. */
  close(): Promise<void>;
}
