import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import { isForApi } from './api-proxy.ts';
import { localsOf } from './security.ts';

/** What the API takes; a form holds no more than an operation does, and url-encoded a prompt of full length fits. */
export const MAX_BODY_BYTES = 1_000_000;

/**
 * Counts a body while it arrives, whoever reads it; `refuse` answers one that is too large. What is beyond the limit reaches
 * nobody, nor does the end: a reader never takes a cut body for a whole one, but sees its connection go.
 *
 * False when the length that was stated is too much already. Call it before anything is awaited, so that nothing has arrived.
 */
function boundBody(request: IncomingMessage, response: ServerResponse, refuse: () => void): boolean {
  const push = request.push.bind(request);
  let isRefused = false;
  let bytes = 0;
  const count = (more: number): void => {
    bytes += more;
    if (isRefused || bytes <= MAX_BODY_BYTES) return;
    isRefused = true;
    // Closed for writing alone: a client that is still sending would lose the answer to a reset. One that goes on for
    // ever is ended by the request timeout.
    response.once('finish', () => request.socket.end());
    refuse();
  };
  request.push = (chunk: Buffer | null) => {
    count(chunk?.length ?? 0);
    if (!isRefused) return push(chunk);
    // Without an error, its end would look like that of a whole body to some readers.
    if (chunk === null) request.destroy(new Error('The body was too large and has been cut'));
    return true;
  };
  const stated = Number(request.headers['content-length'] ?? 0);
  if (stated > MAX_BODY_BYTES) count(stated);
  return !isRefused;
}

/** Programs are answered as the API would, people in plain words. */
export const boundedBodies: RequestHandler = (request, response, next) => {
  const message = `A request has at most ${MAX_BODY_BYTES} bytes.`;
  const isBounded = boundBody(request, response, () => {
    // A page that has begun, or has failed, has its answer.
    if (response.headersSent) return void response.end();
    response.status(413);
    if (isForApi(request)) {
      const extensions = { code: 'REQUEST_TOO_LARGE', requestId: localsOf(response).requestId };
      response.json({ errors: [{ message, extensions }] });
    } else {
      response.type('text/plain').send(message);
    }
  });
  if (isBounded) next();
};
