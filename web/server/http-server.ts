import { createServer, type RequestListener, type Server } from 'node:http';

/** How long a client may take, in milliseconds. */
export interface Patience {
  headersMs: number;
  requestMs: number;
  /** How often Node looks for those who took longer. */
  checkMs: number;
}

/** The API's own: a handful of slow clients must not hold every connection. */
const PATIENCE: Patience = { headersMs: 10_000, requestMs: 30_000, checkMs: 2_000 };

export const createHttpServer = (listener: RequestListener, patience = PATIENCE): Server =>
  createServer(
    {
      headersTimeout: patience.headersMs,
      requestTimeout: patience.requestMs,
      connectionsCheckingInterval: patience.checkMs,
    },
    listener,
  );
