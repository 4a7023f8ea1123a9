import { setTimeout as sleep } from 'node:timers/promises';
import { createAnthropic } from '@ai-sdk/anthropic';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { streamText, type LanguageModel, type TextStreamPart, type ToolSet } from 'ai';
import {
  DriverError,
  type JsonObject,
  type ModelChunk,
  type ModelEndpoint,
  type ModelPort,
  type ModelRequest,
} from '../driver.ts';
import { withStorableText } from '../outside-text.ts';
import { isRetryable, readRetryAfterMs, toDriverError } from './model-errors.ts';
import { toSdkMessages, toSdkTools } from './model-messages.ts';
import { streamSimulated } from './simulated.ts';

export interface ModelLimits {
  /** Longest silence of a provider. Hosted models send something, if only a ping, every few seconds. */
  idleMs: number;
  /** Attempts in all, while nothing of the answer has been delivered. */
  attempts: number;
  /** Wait before the second attempt; doubles, with jitter. */
  backoffMs: number;
  /** A provider that asks for a longer wait is not waited for: the run would hold its worker for nothing. */
  maxRetryWaitMs: number;
}

const defaultLimits: ModelLimits = { idleMs: 60_000, attempts: 3, backoffMs: 500, maxRetryWaitMs: 30_000 };

/** Explicit, because the SDK would otherwise read them from the process environment. */
const defaultBaseUrls = { ANTHROPIC: 'https://api.anthropic.com/v1', OPENAI: 'https://api.openai.com/v1' };

/** The ModelPort over the AI SDK and the simulated model. `fetch` is the guarded one of `platform/egress.ts`. */
export function createModelPort(options: { fetch: typeof fetch; limits?: Partial<ModelLimits> }): ModelPort {
  const limits = { ...defaultLimits, ...options.limits };
  globalThis.AI_SDK_LOG_WARNINGS = false; // a setting a model ignores is no news for the console
  return withStorableText({
    stream: (endpoint, request) =>
      endpoint.kind === 'SIMULATED'
        ? streamSimulated(request)
        : streamWithRetries(endpoint, request, { fetch: options.fetch, limits }),
  });
}

async function* streamWithRetries(
  endpoint: ModelEndpoint,
  request: ModelRequest,
  { fetch, limits }: { fetch: typeof globalThis.fetch; limits: ModelLimits },
): AsyncGenerator<ModelChunk, void, undefined> {
  const { model, baseUrl } = openModel(endpoint, request.model, fetch);
  let hasStarted = false;
  for (let attempt = 1; ; attempt += 1) {
    try {
      for await (const chunk of streamOnce(model, request, limits)) {
        hasStarted = true;
        yield chunk;
      }
      return;
    } catch (error) {
      const waitMs =
        readRetryAfterMs(error, Date.now()) ??
        limits.backoffMs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
      if (hasStarted || attempt >= limits.attempts || waitMs > limits.maxRetryWaitMs || !isRetryable(error)) {
        throw toDriverError(error, { endpoint, model: request.model, baseUrl, hasStarted, now: Date.now() });
      }
      await sleep(waitMs, undefined, { signal: request.signal }).catch((cause: unknown) => {
        throw cancelled(cause);
      });
    }
  }
}

/** One attempt. Throws the provider's own error, or a DriverError for what we decided ourselves. */
async function* streamOnce(
  model: LanguageModel,
  request: ModelRequest,
  limits: ModelLimits,
): AsyncGenerator<ModelChunk, void, undefined> {
  const attempt = new AbortController();
  const stop = () => attempt.abort(cancelled(request.signal.reason));
  if (request.signal.aborted) throw cancelled(request.signal.reason);
  request.signal.addEventListener('abort', stop, { once: true });
  const parts = streamText({
    model,
    system: request.system === '' ? undefined : request.system,
    messages: toSdkMessages(request.messages),
    tools: toSdkTools(request.tools),
    maxOutputTokens: request.maxOutputTokens,
    maxRetries: 0, // ours know Retry-After, the signal and whether the answer has begun
    abortSignal: attempt.signal,
    includeRawChunks: true, // a ping of the provider is a sign of life
    onError: () => undefined, // errors arrive as a part of the stream; the SDK would print them too
  }).fullStream[Symbol.asyncIterator]();

  let hasCalls = false;
  try {
    for (;;) {
      const next = await nextWithin(parts, attempt, limits.idleMs);
      if (next.done) throw new TypeError('The stream ended without a finish.');
      const chunk = toChunk(next.value, hasCalls);
      if (!chunk) continue;
      hasCalls ||= chunk.type === 'tool-call';
      yield chunk;
      if (chunk.type === 'finish') return;
    }
  } finally {
    request.signal.removeEventListener('abort', stop);
    attempt.abort(); // also when the reader walked away: closes the provider's connection
  }
}

/** The next part, unless the attempt is aborted or the provider stays silent. The clock runs only while we wait for it. */
async function nextWithin<T>(
  parts: AsyncIterator<T>,
  attempt: AbortController,
  idleMs: number,
): Promise<IteratorResult<T>> {
  const { signal } = attempt;
  const timer = setTimeout(() => {
    const message = `The model sent nothing for ${Math.round(idleMs / 1000)} seconds. Try again or check the provider.`;
    attempt.abort(new DriverError('TIMEOUT', message));
  }, idleMs);
  let fail = () => {};
  const aborted = new Promise<never>((_, reject) => {
    fail = () => reject(signal.reason as DriverError);
    signal.addEventListener('abort', fail, { once: true });
  });
  try {
    return await Promise.race([parts.next(), aborted]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', fail);
  }
}

/** A part of the SDK's stream as a chunk of ours; undefined for what nobody needs. Throws for an error part. */
function toChunk(part: TextStreamPart<ToolSet>, hasCalls: boolean): ModelChunk | undefined {
  switch (part.type) {
    case 'text-delta':
      return part.text === '' ? undefined : { type: 'text', text: part.text };
    case 'reasoning-delta':
      return part.text === '' ? undefined : { type: 'thought', text: part.text };
    case 'tool-call':
      if (!isObject(part.input)) {
        const message = `The model called ${part.toolName} with arguments that are not a JSON object. Try again or choose another model.`;
        throw new DriverError('REJECTED', message);
      }
      return {
        type: 'tool-call',
        call: { callId: part.toolCallId, name: part.toolName, arguments: part.input },
      };
    case 'finish': {
      const { inputTokens, inputTokenDetails, outputTokens, outputTokenDetails } = part.totalUsage;
      const usage = {
        inputTokens: inputTokens ?? 0,
        outputTokens: outputTokens ?? 0,
        cacheReadTokens: inputTokenDetails.cacheReadTokens ?? 0,
        cacheWriteTokens: inputTokenDetails.cacheWriteTokens ?? 0,
        reasoningTokens: outputTokenDetails.reasoningTokens ?? 0,
      };
      if (part.finishReason === 'content-filter') {
        throw new DriverError(
          'REFUSED',
          'The provider withheld the answer (content filter). Rephrase the prompt.',
        );
      }
      // The SDK invents a finish when the stream ends early; only the provider's own reason proves that it is complete.
      if (part.rawFinishReason === undefined) throw new TypeError('The stream ended before the answer did.');
      const reason = part.finishReason === 'length' ? 'length' : hasCalls ? 'tool-calls' : 'stop';
      return { type: 'finish', usage, reason };
    }
    case 'error':
      throw part.error;
    default:
      return undefined;
  }
}

function openModel(
  endpoint: ModelEndpoint,
  model: string,
  fetch: typeof globalThis.fetch,
): { model: LanguageModel; baseUrl: string } {
  const { kind, apiKey } = endpoint;
  const baseUrl =
    endpoint.baseUrl ?? (kind === 'ANTHROPIC' || kind === 'OPENAI' ? defaultBaseUrls[kind] : null);
  if (!baseUrl)
    throw new DriverError('REJECTED', 'This model provider has no base URL. Enter the address of its API.');
  if (!apiKey && !endpoint.baseUrl) {
    throw new DriverError('REJECTED', 'This model provider has no API key. Enter one in its settings.');
  }
  const settings = { baseURL: baseUrl, apiKey: apiKey ?? '', fetch };
  switch (kind) {
    case 'ANTHROPIC':
      return { baseUrl, model: createAnthropic(settings)(model) };
    case 'OPENAI':
      // Chat completions rather than responses: the stored conversation has no item ids, which responses want back.
      return { baseUrl, model: createOpenAI(settings).chat(model) };
    default: {
      const provider = createOpenAICompatible({
        ...settings,
        apiKey: apiKey ?? undefined,
        name: 'compatible',
        includeUsage: true,
      });
      return { baseUrl, model: provider(model) };
    }
  }
}

function cancelled(cause: unknown): DriverError {
  return new DriverError('CANCELLED', 'The model call was cancelled.', { cause });
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
