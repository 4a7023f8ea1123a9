import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';

/** Frames that wait for the kernel; beyond it a sender waits for its reader. Some tens of events. */
export const MOST_PENDING_BYTES = 65_536;

/**
 * Lets the frames that are sent within one turn of the event loop leave by one write: a write for each is what most of a busy
 * stream costs. The first frame after a silence leaves at the end of its turn like all others. A frame counts as sent when
 * little waits, so that its sender goes on to the next one; when much waits, once it has left.
 */
export function joinWrites(webSocket: WebSocket, socket: Socket): void {
  const send = webSocket.send.bind(webSocket) as (frame: string, onSent?: (error?: Error) => void) => void;
  let isCorked = false;
  const join = () => {
    if (isCorked) return;
    isCorked = true;
    socket.cork();
    setImmediate(() => {
      isCorked = false;
      socket.uncork();
    });
  };
  const joined: typeof send = (frame, onSent) => {
    join();
    if (webSocket.bufferedAmount > MOST_PENDING_BYTES) return send(frame, onSent);
    send(frame);
    onSent?.();
  };
  webSocket.send = joined as WebSocket['send'];
}
