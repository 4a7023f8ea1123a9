import {
  ProtocolError,
  SdkError,
  SdkErrorCode,
  SdkHttpError,
  type Transport,
} from '@modelcontextprotocol/client';
import { DriverError, type McpTarget } from '../driver.ts';
import { explainNoConnection } from '../network-failure.ts';
import { streamEndedCode } from './http-transport.ts';
import { StdioTransport } from './stdio-transport.ts';

const maxDetailCharacters = 300;

/** Where a server is, for people: the command, or the address without credentials and query. */
export function describeTarget({ transport }: McpTarget): string {
  if (transport.type === 'stdio') return `The MCP server “${transport.command}”`;
  const url = URL.canParse(transport.url) ? new URL(transport.url) : undefined;
  return `The MCP server at ${url ? url.origin + url.pathname : 'an invalid address'}`;
}

/** A failure before the connection stood: nothing was done. UNREACHABLE, or REJECTED when the server answered no. */
export function toConnectError(error: unknown, target: McpTarget, transport: Transport): DriverError {
  const where = describeTarget(target);
  const fail = (code: 'UNREACHABLE' | 'REJECTED', sentence: string) =>
    new DriverError(code, `${where} ${sentence}`, { cause: error });

  const refusal = explainRefusal(error);
  if (refusal) return fail('REJECTED', refusal);
  if (target.transport.type === 'stdio') {
    const { cwd, env } = target.transport;
    const code = (error as NodeJS.ErrnoException | undefined)?.code;
    if (code === 'ENOENT')
      return fail(
        'UNREACHABLE',
        `cannot be started: the command or its folder ${cwd} was not found. Install it or correct the command.`,
      );
    if (code === 'EACCES')
      return fail('UNREACHABLE', 'cannot be started: the file is not executable. Check its permissions.');
    if (transport instanceof StdioTransport && transport.end !== undefined) {
      return fail(
        'UNREACHABLE',
        `ended before it answered (${transport.end}): ${lastLine(transport.stderr, env)}. Check its arguments and environment.`,
      );
    }
  }
  if (error instanceof ProtocolError)
    return fail('REJECTED', `refused to start a session: ${shorten(error.message)}`);
  const reason =
    explainNoConnection(error) ?? shorten(error instanceof Error ? error.message : String(error));
  return fail('UNREACHABLE', `cannot be reached: ${reason}. Check the address and that it is running.`);
}

/** A failure after the connection stood. Null when the server itself refused the call, which the model should be told. */
export function toCallError(error: unknown, target: McpTarget): DriverError | null {
  const where = describeTarget(target);
  if (error instanceof DriverError) return error;
  if (error instanceof ProtocolError && error.code !== streamEndedCode) return null;
  const fail = (code: DriverError['code'], sentence: string) =>
    new DriverError(code, `${where} ${sentence}`, { cause: error });

  if (error instanceof SdkError) {
    switch (error.code) {
      case SdkErrorCode.RequestTimeout:
        return fail(
          'TIMEOUT',
          `did not answer within ${target.callTimeoutMs / 1000} seconds. Raise the time limit or check the server.`,
        );
      case SdkErrorCode.UnsupportedResultType:
      case SdkErrorCode.InputRequiredRoundsExceeded:
        return fail('REJECTED', 'asks for input in the middle of a call, which is not supported here.');
      case SdkErrorCode.InvalidResult:
        return fail('REJECTED', `sent a result that is not valid MCP: ${shorten(error.message)}`);
      default:
    }
  }
  const refusal = explainRefusal(error);
  if (refusal) return fail('REJECTED', refusal);
  const noConnection = explainNoConnection(error);
  if (noConnection)
    return fail(
      'UNREACHABLE',
      `cannot be reached: ${noConnection}. Check the address and that it is running.`,
    );
  return fail(
    'LOST',
    'broke the connection after the request had left: whether it was carried out is unknown.',
  );
}

/** True when the server no longer knows the session: it did nothing, a new session may ask again. */
export function isSessionGone(error: unknown): boolean {
  return error instanceof SdkHttpError && (error.data.status === 404 || error.data.status === 400);
}

/** What an HTTP status that says no means; undefined for gateways that gave up (502, 504), which know nothing. */
function explainRefusal(error: unknown): string | undefined {
  if (!(error instanceof SdkHttpError)) return undefined;
  const { status } = error.data;
  if (status === 401 || status === 403)
    return `denied access (${status}). Check the credentials of this server.`;
  if (status === 404 || status === 405) return `does not speak MCP at this path (${status}). Check the URL.`;
  return status === 502 || status === 504
    ? undefined
    : `answered with HTTP ${status}. ${shorten(error.message)}`;
}

/** What a child said last, without the values that were given to it in its environment. */
function lastLine(stderr: string, env: Record<string, string>): string {
  const lines = stderr.trim().split('\n');
  let line = lines.findLast((text) => /error/i.test(text)) ?? lines.at(-1) ?? '';
  for (const value of Object.values(env)) if (value !== '') line = line.replaceAll(value, '***');
  return shorten(line.trim()) || 'it said nothing';
}

function shorten(text: string): string {
  return text.length > maxDetailCharacters ? `${text.slice(0, maxDetailCharacters)}…` : text;
}
