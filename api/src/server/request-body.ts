import type { IncomingMessage, ServerResponse } from 'node:http';

/** The longest prompt, escaped as wastefully as JSON allows, and the rest of its operation. */
export const MAX_BODY_BYTES = 1_000_000;

/**
 * Counts a body while it arrives, whoever reads it; `refuse` answers one that is too large. What is beyond the limit reaches
 * nobody, nor does the end: a reader never takes a cut body for a whole one, but sees its connection go.
 *
 * False when the length that was stated is too much already. Call it before anything is awaited, so that nothing has arrived.
 */
export function boundBody(request: IncomingMessage, response: ServerResponse, refuse: () => void): boolean {
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
    if (chunk === null) request.destroy();
    return true;
  };
  const stated = Number(request.headers['content-length'] ?? 0);
  if (stated > MAX_BODY_BYTES) count(stated);
  return !isRefused;
}
