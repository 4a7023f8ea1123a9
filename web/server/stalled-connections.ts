import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** How long a connection may stand still, in milliseconds. */
export interface Standstill {
  stalledMs: number;
  lookMs: number;
}

/** The API cuts off who does not read within 17 s, and says why; what it said must have had the time to pass through here. */
const STANDSTILL: Standstill = { stalledMs: 20_000, lookMs: 2_000 };

/**
 * Destroys connections whose peer has stopped reading while something waits for it. A pipe that stands still does not see
 * that its source has gone, so nobody else would: a socket of ours must not outlive the one of the API behind it.
 */
export function endStalledConnections(server: Server, { stalledMs, lookMs } = STANDSTILL): void {
  const progress = new Map<Socket, { readBytes: number; standsMs: number }>();
  server.on('connection', (socket) => {
    progress.set(socket, { readBytes: 0, standsMs: 0 });
    socket.once('close', () => progress.delete(socket));
  });
  const look = setInterval(() => {
    for (const [socket, before] of progress) {
      const waiting = socket.writableLength;
      // Node counts what waits as written; what has left is the rest.
      const readBytes = socket.bytesWritten - waiting;
      const standsMs = waiting > 0 && readBytes === before.readBytes ? before.standsMs + lookMs : 0;
      progress.set(socket, { readBytes, standsMs });
      if (standsMs >= stalledMs) socket.destroy();
    }
  }, lookMs).unref();
  server.once('close', () => clearInterval(look));
}
