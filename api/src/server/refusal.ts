import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { requestIdOf } from './context.ts';

interface Reason {
  status: number;
  code: string;
  message: string;
}

const bodyOf = (request: IncomingMessage, { code, message }: Reason): string =>
  JSON.stringify({
    errors: [{ message, extensions: { code, requestId: requestIdOf(request.headers['x-request-id']) } }],
  });

/** Answers a request that GraphQL is not asked about, in the words in which GraphQL answers. */
export function refuseRequest(request: IncomingMessage, response: ServerResponse, reason: Reason): void {
  response.writeHead(reason.status, { 'content-type': 'application/json' }).end(bodyOf(request, reason));
}

/** The same for a request to become a WebSocket. */
export function refuseUpgrade(request: IncomingMessage, socket: Duplex, reason: Reason): void {
  const body = bodyOf(request, reason);
  socket.end(
    [
      `HTTP/1.1 ${reason.status} ${STATUS_CODES[reason.status]}`,
      'content-type: application/json',
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}
