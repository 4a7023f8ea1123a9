import { APICallError } from 'ai';
import { DriverError, type ModelEndpoint } from '../driver.ts';
import { createRedactor } from '../../platform/redaction.ts';
import { explainNoConnection } from '../network-failure.ts';

/** Long enough for a provider's explanation, short enough for a status line. */
const maxDetailCharacters = 300;

/**
 * How providers say that a conversation is too long; there is no status for it. OpenAI has the code
 * `context_length_exceeded`, Anthropic “prompt is too long” and `request_too_large`, vLLM “maximum context length”,
 * llama.cpp “exceeds the available context size”.
 */
const TOO_LONG =
  /context_length_exceeded|prompt is too long|request_too_large|maximum context length|context (?:size|window|limit)/i;

/** True for the failures that are worth asking again: too many requests, overloaded, a fault of the server. */
export function isRetryable(error: unknown): boolean {
  const status = statusOf(error);
  return status === 429 || (status !== undefined && status >= 500);
}

/** What the provider asked us to wait, in milliseconds; undefined when it did not say. */
export function readRetryAfterMs(error: unknown, now: number): number | undefined {
  const headers = APICallError.isInstance(error) ? (error.responseHeaders ?? {}) : {};
  const ms = Number.parseFloat(headers['retry-after-ms'] ?? '');
  if (Number.isFinite(ms)) return Math.max(0, ms);
  const after = headers['retry-after'];
  if (after === undefined) return undefined;
  const seconds = Number(after);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(after) - now;
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
}

/**
 * The error of a provider as a DriverError whose sentence says what to do and holds no API key.
 * `hasStarted`: part of the answer had been delivered, so a broken connection means LOST.
 */
export function toDriverError(
  error: unknown,
  at: { endpoint: ModelEndpoint; model: string; baseUrl: string; hasStarted: boolean; now: number },
): DriverError {
  if (error instanceof DriverError) return error;
  const { endpoint, model, baseUrl } = at;
  const where = `${endpoint.kind} at ${baseUrl}`;
  const detail = describe(error, endpoint.apiKey);
  const status = statusOf(error);
  if ((status === 400 || status === 413) && TOO_LONG.test(explanationOf(error))) {
    return new DriverError(
      'TOO_LONG',
      `The conversation does not fit what the model “${model}” can read: give the run a smaller task, or choose a model with a larger context. ${detail}`,
    );
  }
  switch (status) {
    case undefined:
      break;
    case 401:
    case 403:
      return new DriverError(
        'REJECTED',
        `${where} refused the API key (${status}): check the key of this model provider. ${detail}`,
      );
    case 404:
      return new DriverError(
        'REJECTED',
        `${where} does not know the model “${model}” or this address (404): check the model name and the base URL. ${detail}`,
      );
    case 429:
    case 503:
    case 529:
      return new DriverError(
        'RATE_LIMITED',
        `${where} is rate limited or overloaded (${status}): try again later or raise the provider's limits. ${detail}`,
        {
          retryAfterMs: readRetryAfterMs(error, at.now),
        },
      );
    default:
      return new DriverError(
        'REJECTED',
        `${where} answered with an error (${status}): check the request and the state of the provider. ${detail}`,
      );
  }
  // The SDK's error carries the whole request: the prompt has no business in a log.
  const cause = APICallError.isInstance(error) ? error.cause : error;
  const noConnection = explainNoConnection(cause);
  if (noConnection !== undefined && !at.hasStarted) {
    const message = `${where} cannot be reached: ${noConnection}. Check the base URL and that it is running.`;
    return new DriverError('UNREACHABLE', message, { cause });
  }
  if (at.hasStarted || isNetworkFailure(error)) {
    return new DriverError('LOST', `The answer of ${where} broke off: run it again. ${detail}`, { cause });
  }
  return new DriverError('REJECTED', `${where} sent an answer that cannot be used: ${detail}`);
}

/** The HTTP status; errors that arrive inside a stream carry a type instead, of which only “overloaded” matters. */
function statusOf(error: unknown): number | undefined {
  if (APICallError.isInstance(error)) return isFailure(error.statusCode) ? error.statusCode : undefined;
  return typeof error === 'object' && error !== null && 'type' in error && error.type === 'overloaded_error'
    ? 529
    : undefined;
}

/** A failed `fetch` is a TypeError; the SDK wraps it, or a body that broke off, into a call error without a bad status. */
function isNetworkFailure(error: unknown): boolean {
  return error instanceof TypeError || (APICallError.isInstance(error) && !isFailure(error.statusCode));
}

function isFailure(status: number | undefined): boolean {
  return status !== undefined && status >= 300;
}

const explanationOf = (error: unknown): string =>
  APICallError.isInstance(error) ? `${error.message} ${error.responseBody ?? ''}` : '';

function describe(error: unknown, apiKey: string | null): string {
  const message =
    typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
  const safe = createRedactor(apiKey === null ? [] : [apiKey]).redact(message);
  return safe.length > maxDetailCharacters ? `${safe.slice(0, maxDetailCharacters)}…` : safe;
}
