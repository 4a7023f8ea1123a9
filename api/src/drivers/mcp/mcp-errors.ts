import { basename } from 'node:path';
import {
  ProtocolError,
  SdkError,
  SdkErrorCode,
  SdkHttpError,
  type Transport,
} from '@modelcontextprotocol/client';
import { DriverError, type DriverErrorCode, type McpTarget } from '../driver.ts';
import { createRedactor } from '../../platform/redaction.ts';
import { explainNoConnection } from '../network-failure.ts';
import { streamEndedCode } from './http-transport.ts';
import { invalidReplyCode } from './mcp-message.ts';
import { StdioTransport } from './stdio-transport.ts';

const maxDetailCharacters = 300;
const checkAddress = 'Check the address and that it is running.';

/** Where a server is, for people: the command, or the address without credentials and query. */
export function describeTarget({ transport }: McpTarget): string {
  if (transport.type === 'stdio') return `The MCP server “${basename(transport.command)}”`;
  const url = URL.canParse(transport.url) ? new URL(transport.url) : undefined;
  return `The MCP server at ${url ? url.origin + url.pathname : 'an invalid address'}`;
}

/** A failure before the connection stood: nothing was done. UNREACHABLE, or what the server answered. */
export function toConnectError(error: unknown, target: McpTarget, transport: Transport): DriverError {
  const where = describeTarget(target);
  const unreachable = (sentence: string) =>
    new DriverError('UNREACHABLE', `${where} ${sentence}`, { cause: error });

  const refusal = toRefusal(error, target);
  if (refusal) return refusal;
  if (error instanceof ProtocolError) {
    const message = `${where} refused to start a session: ${detailOf(error.message, target)}`;
    return new DriverError('REJECTED', message, { cause: error });
  }
  if (target.transport.type === 'stdio') {
    const code = (error as NodeJS.ErrnoException | undefined)?.code;
    const missing = 'the program was not found. Install it or correct the command.';
    if (code === 'ENOENT') return unreachable(`cannot be started: ${missing}`);
    if (code === 'EACCES')
      return unreachable('cannot be started: it is not executable. Check its permissions.');
    if (transport instanceof StdioTransport && transport.end !== undefined) {
      const said = lastLine(transport.stderr, target);
      return unreachable(
        `ended before it answered (${transport.end}): ${said}. Check its arguments and environment.`,
      );
    }
  }
  const detail = detailOf(error instanceof Error ? error.message : String(error), target);
  return unreachable(`cannot be reached: ${explainNoConnection(error) ?? detail}. ${checkAddress}`);
}

/** A failure after the connection stood. Null when the server itself refused the call, which the model should be told. */
export function toCallError(error: unknown, target: McpTarget): DriverError | null {
  if (error instanceof DriverError) return error;
  const where = describeTarget(target);
  if (error instanceof ProtocolError && error.code === invalidReplyCode) {
    return new DriverError(
      'REJECTED',
      `${where} sent a reply that is not valid MCP. Whoever runs it can mend it.`,
      {
        cause: error,
      },
    );
  }
  if (error instanceof ProtocolError && error.code !== streamEndedCode) return null;
  const fail = (code: DriverErrorCode, sentence: string) =>
    new DriverError(code, `${where} ${sentence}`, { cause: error });

  if (error instanceof SdkError) {
    const limit = `within ${target.callTimeoutMs / 1000} seconds. Raise the time limit or check the server.`;
    switch (error.code) {
      case SdkErrorCode.RequestTimeout:
        return fail('TIMEOUT', `did not answer ${limit}`);
      case SdkErrorCode.UnsupportedResultType:
      case SdkErrorCode.InputRequiredRoundsExceeded:
        return fail('REJECTED', 'asks for input in the middle of a call, which is not supported here.');
      case SdkErrorCode.InvalidResult:
        return fail('REJECTED', `sent a result that is not valid MCP: ${detailOf(error.message, target)}`);
      default:
    }
  }
  // A server that failed in the middle of a call may have carried it out before.
  const isFailure = error instanceof SdkHttpError && (error.data.status ?? 0) >= 500;
  const refusal = isFailure ? undefined : toRefusal(error, target);
  if (refusal) return refusal;
  const reason = explainNoConnection(error);
  if (reason) return fail('UNREACHABLE', `cannot be reached: ${reason}. ${checkAddress}`);
  return fail(
    'LOST',
    'broke the connection after the request had left: whether it was carried out is unknown.',
  );
}

/** True when the server no longer knows the session: it did nothing, a new session may ask again. */
export function isSessionGone(error: unknown): boolean {
  return error instanceof SdkHttpError && (error.data.status === 404 || error.data.status === 400);
}

/** An HTTP status that says no; undefined for other errors and for gateways that gave up (502, 504) and know nothing. */
function toRefusal(error: unknown, target: McpTarget): DriverError | undefined {
  if (!(error instanceof SdkHttpError)) return undefined;
  const where = describeTarget(target);
  const { status } = error.data;
  const refuse = (code: DriverErrorCode, sentence: string) =>
    new DriverError(code, `${where} ${sentence}`, { cause: error });
  switch (status) {
    case 401:
    case 403:
      return refuse('REJECTED', `denied access (${status}). Check the credentials of this server.`);
    case 404:
    case 405:
      return refuse('REJECTED', `does not speak MCP at this path (${status}). Check the URL.`);
    case 429:
      return refuse('RATE_LIMITED', 'takes no more requests for now (429). Try again later.');
    case 502:
    case 504:
      return undefined;
    default:
      return refuse('REJECTED', `answered with HTTP ${status}. ${detailOf(error.message, target)}`);
  }
}

/** What a child said last. */
function lastLine(stderr: string, target: McpTarget): string {
  const lines = stderr.trim().split('\n');
  const line = lines.findLast((text) => /error/i.test(text)) ?? lines.at(-1) ?? '';
  return detailOf(line.trim(), target) || 'it said nothing';
}

/**
 * In the words of the far end, without what it was told in confidence and without where things lie on this machine. A secret
 * must go before half of it is cut off.
 */
export function detailOf(text: string, { secrets = [] }: McpTarget): string {
  const shown = withoutPaths(createRedactor(secrets).redact(text));
  return shown.length > maxDetailCharacters ? `${shown.slice(0, maxDetailCharacters)}…` : shown;
}

/** Of a path its last part remains. */
const withoutPaths = (text: string): string =>
  text.replace(
    /(?<![\w:/])(?:file:\/\/|[A-Za-z]:)?(?:[\\/][\w.@+~-]+){2,}/g,
    (path) => `…/${path.split(/[\\/]/).at(-1)}`,
  );
