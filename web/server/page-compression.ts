import compression from 'compression';
import type { RequestHandler } from 'express';

/**
 * Compresses pages and their data, in brotli or gzip, chunk by chunk as they are rendered. Only for what this server makes
 * itself: an event stream of the API that waits in a compressor arrives late.
 */
export const compressPages: RequestHandler = compression();
