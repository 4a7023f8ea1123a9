import type { Socket } from 'node:net';

/**
 * A watcher that reads slowly is served at its own pace. One that has stopped reading holds a connection and what was
 * written for it, so it is cut off, by bytes and by time; it loses nothing, because every stream can be resumed.
 */

export interface WatcherLimits {
  /** The longest silence on a stream or socket. */
  heartbeatMs: number;
  /** Bytes that may wait for a reader. */
  pendingBytes: number;
  /** How long a reader may leave them unread. */
  stalledMs: number;
  lookMs: number;
  /** For the last frames, which say why. Then the connection goes, read or not. */
  graceMs: number;
}

export const WATCHER_LIMITS: WatcherLimits = {
  // Proxies and clients take a connection for dead after a longer silence.
  heartbeatMs: 10_000,
  // Far more than a reader that keeps up ever has waiting: a frame of each of its operations.
  pendingBytes: 1_048_576,
  // A heartbeat of ours goes unread in that time.
  stalledMs: 12_000,
  lookMs: 1_000,
  graceMs: 5_000,
};

export const TOO_SLOW =
  'You read too slowly, so this stream was cut. Subscribe again from the last cursor that you received.';

/** Looks after those who read from this process. */
export interface Readers {
  readonly heartbeatMs: number;
  /** How many have been cut off so far. */
  readonly cutOff: number;
  /** Calls `onSlow` once when the peer does not read, and destroys the socket a little later. Release it with the stream. */
  watch(socket: Socket, onSlow: () => void): { release(): void };
}

export function createReaders(limits: WatcherLimits = WATCHER_LIMITS): Readers {
  let cutOff = 0;
  return {
    heartbeatMs: limits.heartbeatMs,
    get cutOff() {
      return cutOff;
    },
    watch(socket, onSlow) {
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
        cutOff += 1;
        const end = setTimeout(() => socket.destroy(), limits.graceMs);
        socket.once('close', () => clearTimeout(end));
      }, limits.lookMs);
      look.unref();
      return { release: () => clearInterval(look) };
    },
  };
}
