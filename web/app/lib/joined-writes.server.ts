import { Duplex } from 'node:stream';

/** Longer than a page, so that React writes all it has before anything is sent. */
const WRITTEN_AT_ONCE_BYTES = 1024 * 1024;

/**
 * React writes pages in pieces of 2 KB, and each would pass through web streams, the compressor and the socket by itself.
 * What is written in one turn of the event loop comes out as one piece.
 */
export function joinWrites(): Duplex {
  const joined = new Duplex({
    writableHighWaterMark: WRITTEN_AT_ONCE_BYTES,
    read: () => undefined,
    writev(pieces, done) {
      joined.push(Buffer.concat(pieces.map(({ chunk }) => chunk as Buffer)));
      done();
      hold();
    },
    final(done) {
      joined.push(null);
      done();
    },
  });
  function hold(): void {
    joined.cork();
    process.nextTick(() => joined.uncork());
  }
  hold();
  return joined;
}
