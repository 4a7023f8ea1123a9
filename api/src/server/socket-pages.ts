import type { Socket } from 'node:net';
import type { ExecutionResult } from 'graphql';
import type { WebSocket } from 'ws';
import type { AnswerPages } from './answer-pages.ts';
import { MOST_PENDING_BYTES } from './joined-writes.ts';
import { SharedFrames } from './shared-frames.ts';

/** Text, and the only frame of its message; RFC 6455, section 5.2. */
const WHOLE_TEXT = 0x81;

/** Messages of graphql-transport-ws, each in a frame of its own. */
const FRAMES = new SharedFrames((json, { idBytes }) => {
  const head = '{"id":';
  const after = Buffer.from(`,"type":"next","payload":${json}}`);
  return [Buffer.concat([headerOf(head.length + idBytes + after.length), Buffer.from(head)]), after];
});

/** A server does not mask. Frames are not compressed here: see `perMessageDeflate`. */
function headerOf(length: number): Buffer {
  if (length < 126) return Buffer.from([WHOLE_TEXT, length]);
  if (length < 65_536) return Buffer.from([WHOLE_TEXT, 126, length >> 8, length & 0xff]);
  const header = Buffer.alloc(10);
  header.set([WHOLE_TEXT, 127]);
  header.writeBigUInt64BE(BigInt(length), 2);
  return header;
}

/**
 * Writes the answers of an operation to its socket itself, page by page. For graphql-ws, which knows when an operation begins and
 * ends, the operation has no answers: it would make each of them anew for every socket.
 */
export function sendPages(
  answers: AnswerPages,
  to: { id: string; webSocket: WebSocket; socket: Socket; end: () => void },
): AsyncIterableIterator<ExecutionResult, undefined> {
  const { webSocket, socket } = to;
  const id = Buffer.from(JSON.stringify(to.id));
  let isOver = false;

  /** Null: sent, as far as its sender is concerned. Only who reads slowly is waited for. */
  function write(chunk: Buffer): Promise<void> | null {
    if (socket.writableLength <= MOST_PENDING_BYTES) {
      socket.write(chunk);
      return null;
    }
    // Also called when the socket is destroyed.
    return new Promise((resolve) => socket.write(chunk, () => resolve()));
  }

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      for (;;) {
        const page = await answers.nextPage();
        if (!page) return { done: true, value: undefined };
        for (const chunk of FRAMES.of(page, id)) {
          if (isOver || webSocket.readyState !== webSocket.OPEN) return { done: true, value: undefined };
          const sent = write(chunk);
          if (sent) await sent;
        }
      }
    },
    async return() {
      isOver = true;
      to.end();
      await answers.return();
      return { done: true, value: undefined };
    },
  };
}
