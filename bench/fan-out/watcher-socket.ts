import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/**
 * A WebSocket client that counts (RFC 6455), on a plain socket: a hundred full clients in one process would be what is measured.
 * Only the type of a message is looked at; its text stays in the buffer.
 */
export class WatcherSocket {
  private rest: Buffer = Buffer.alloc(0);
  private onMessage: (message: Buffer, at: number) => void = () => undefined;

  private constructor(private readonly socket: Socket) {
    socket.setNoDelay(true);
  }

  static async open(port: number, path: string): Promise<WatcherSocket> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const watcher = new WatcherSocket(socket);
    const lines = [
      `GET ${path} HTTP/1.1`,
      `Host: 127.0.0.1:${port}`,
      'Upgrade: websocket',
      'Connection: Upgrade',
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Protocol: graphql-transport-ws',
    ];
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    await watcher.readUpgrade();
    socket.on('data', (chunk) => watcher.read(chunk));
    return watcher;
  }

  private async readUpgrade(): Promise<void> {
    let head = Buffer.alloc(0);
    for (;;) {
      const [chunk] = (await once(this.socket, 'data')) as [Buffer];
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) continue;
      const status = head.toString('latin1', 0, head.indexOf('\r\n'));
      if (!status.startsWith('HTTP/1.1 101')) throw new Error(`The server refused the socket: ${status}`);
      this.rest = head.subarray(end + 4);
      return;
    }
  }

  /** Called with each text message, and when it was read; its buffer is only good during the call. */
  listen(onMessage: (message: Buffer, at: number) => void): void {
    this.onMessage = onMessage;
  }

  send(message: object): void {
    this.sendFrame(0x1, Buffer.from(JSON.stringify(message)));
  }

  private sendFrame(opcode: number, payload: Buffer): void {
    // A mask of zeros: a client has to mask, and nobody is between us whom it would protect.
    const mask = Buffer.alloc(4);
    const { length } = payload;
    const head =
      length < 126
        ? Buffer.from([0x80 | opcode, 0x80 | length])
        : Buffer.from([0x80 | opcode, 0x80 | 126, length >> 8, length & 0xff]);
    this.socket.write(Buffer.concat([head, mask, payload]));
  }

  private read(chunk: Buffer): void {
    const at = performance.now();
    let buffer = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    for (;;) {
      const frame = frameIn(buffer);
      if (!frame) break;
      const payload = buffer.subarray(frame.from, frame.to);
      buffer = buffer.subarray(frame.to);
      if (frame.opcode === 0x1) this.onMessage(payload, at);
      else if (frame.opcode === 0x8)
        this.socket.destroy(
          new Error(`The server closed a socket: ${payload.length > 1 ? payload.readUInt16BE() : ''}`),
        );
      else if (frame.opcode === 0x9) this.sendFrame(0xa, Buffer.from(payload));
    }
    this.rest = buffer;
  }

  onFailure(listener: (error: Error) => void): void {
    this.socket.on('error', listener);
  }

  close(): void {
    this.socket.removeAllListeners('data').destroy();
  }
}

/** Where the first whole frame of a server is; servers do not mask. */
function frameIn(buffer: Buffer): { opcode: number; from: number; to: number } | null {
  if (buffer.length < 2) return null;
  const short = buffer[1]! & 0x7f;
  const from = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (buffer.length < from) return null;
  const length =
    short === 126 ? buffer.readUInt16BE(2) : short === 127 ? Number(buffer.readBigUInt64BE(2)) : short;
  if (buffer.length < from + length) return null;
  return { opcode: buffer[0]! & 0x0f, from, to: from + length };
}
