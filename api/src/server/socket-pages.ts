import type { Socket } from 'node:net';
import type { ExecutionResult } from 'graphql';
import type { WebSocket } from 'ws';
import type { AnswerPages } from './answer-pages.ts';
import { MOST_PENDING_BYTES } from './joined-writes.ts';
import { SharedFrames } from './shared-frames.ts';

/** Text, and the only frame of its message; RFC 6455, section 5.2. */
const WHOLE_TEXT = 0x81;

/** Messages of graphql-transport-ws, each in a frame of its own. */
const FRAMES = new SharedFrames({
  // A server does not mask. Frames are not compressed here: see `perMessageDeflate`.
  header: {
    bytes: (length) => (length < 126 ? 2 : length < 65_536 ? 4 : 10),
    write(length, into, at) {
      into[at] = WHOLE_TEXT;
      if (length < 126) into[at + 1] = length;
      else if (length < 65_536) {
        into[at + 1] = 126;
        into.writeUInt16BE(length, at + 2);
      } else {
        into[at + 1] = 127;
        into.writeBigUInt64BE(BigInt(length), at + 2);
      }
    },
  },
  before: () => '{"id":',
  between: ',"type":"next","payload":',
  after: '}',
});

/**
 * Writes the answers of an operation to its socket itself, page by page. For graphql-ws, which knows when an operation begins and
 * ends, the operation has no answers: it would make each of them anew for every socket.
 */
export const sendPages = (
  answers: AnswerPages,
  to: { id: string; webSocket: WebSocket; socket: Socket; end: () => void },
): AsyncIterableIterator<ExecutionResult, undefined> => new SentPages(answers, to);

const DONE = { done: true, value: undefined } as const;

class SentPages implements AsyncIterableIterator<ExecutionResult, undefined> {
  private readonly id: Buffer;
  private isOver = false;

  constructor(
    private readonly answers: AnswerPages,
    private readonly to: Parameters<typeof sendPages>[1],
  ) {
    this.id = Buffer.from(JSON.stringify(to.id));
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<ExecutionResult, undefined>> {
    const { webSocket } = this.to;
    for (;;) {
      const page = await this.answers.nextPage();
      if (!page) return DONE;
      for (const chunk of FRAMES.of(page, this.id)) {
        if (this.isOver || webSocket.readyState !== webSocket.OPEN) {
          await this.answers.return();
          return DONE;
        }
        const sent = this.write(chunk);
        if (sent) await sent;
      }
    }
  }

  async return(): Promise<IteratorResult<ExecutionResult, undefined>> {
    this.isOver = true;
    this.to.end();
    await this.answers.return();
    return DONE;
  }

  /** Null: sent, as far as its sender is concerned. Only who reads slowly is waited for. */
  private write(chunk: Buffer): Promise<void> | null {
    const { socket } = this.to;
    if (socket.writableLength <= MOST_PENDING_BYTES) {
      socket.write(chunk);
      return null;
    }
    // Also called when the socket is destroyed.
    return new Promise((resolve) => socket.write(chunk, () => resolve()));
  }
}
