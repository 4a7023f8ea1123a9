import type { Socket } from 'node:net';

/**
 * A watcher that reads slowly is served at its own pace. One that has stopped reading holds a connection and what was
 * written for it, so it is cut off, by bytes and by time; it loses nothing, because every stream can be resumed.
 */

/** Far more than a reader that keeps up ever has waiting: a frame of each of its operations. */
const MOST_PENDING_BYTES = 1_048_576;
/** Two heartbeats of ours go unread in that time. */
const STALLED_MS = 12_000;
const LOOK_MS = 1_000;
/** For the last frames, which say why. Then the connection goes, read or not. */
const GRACE_MS = 5_000;

export const TOO_SLOW =
  'You read too slowly, so this stream was cut. Subscribe again from the last cursor that you received.';

export interface ReaderLimits {
  pendingBytes: number;
  stalledMs: number;
  lookMs: number;
  graceMs: number;
}

const LIMITS: ReaderLimits = {
  pendingBytes: MOST_PENDING_BYTES,
  stalledMs: STALLED_MS,
  lookMs: LOOK_MS,
  graceMs: GRACE_MS,
};

/** Calls `onSlow` once when the peer does not read, and destroys the socket a little later. Release it with the stream. */
export function watchReader(socket: Socket, onSlow: () => void, limits = LIMITS): { release(): void } {
  let readBytes = -1;
  let stalledMs = 0;
  const look = setInterval(() => {
    const pendingBytes = socket.writableLength;
    // Node counts what waits as written; what has left is the rest. Heartbeats raise both and are no progress.
    const nowRead = socket.bytesWritten - pendingBytes;
    stalledMs = pendingBytes > 0 && nowRead === readBytes ? stalledMs + limits.lookMs : 0;
    readBytes = nowRead;
    if (stalledMs < limits.stalledMs && pendingBytes <= limits.pendingBytes) return;
    clearInterval(look);
    onSlow();
    const end = setTimeout(() => socket.destroy(), limits.graceMs);
    socket.once('close', () => clearTimeout(end));
  }, limits.lookMs);
  look.unref();
  return { release: () => clearInterval(look) };
}
