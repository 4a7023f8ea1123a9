import type { ExecutionResult } from 'graphql';

/**
 * The frames of a page of answers as bytes, made once for all who are sent that page. Between two of them only the id of their
 * operation differs: it is written into a copy.
 */

/** What leaves by one write. Some tens of events; a larger one stands alone. */
const CHUNK_BYTES = 65_536;

/** A frame before and after the id; without an id all of it is before. */
type MakeFrame = (json: string, args: { answer: ExecutionResult; idBytes: number }) => [Buffer, Buffer?];

interface Chunk {
  bytes: Buffer;
  idsAt: readonly number[];
}

export class SharedFrames {
  /** As long as a page lives, by the length of the id. */
  private readonly made = new WeakMap<readonly ExecutionResult[], Map<number, Chunk[]>>();

  constructor(private readonly makeFrame: MakeFrame) {}

  /** `id`: its JSON; empty where frames have none. */
  *of(page: readonly ExecutionResult[], id: Buffer): Generator<Buffer, void, void> {
    for (const { bytes, idsAt } of this.chunksOf(page, id.length)) {
      if (id.length === 0) yield bytes;
      else {
        const own = Buffer.from(bytes);
        for (const at of idsAt) own.set(id, at);
        yield own;
      }
    }
  }

  private chunksOf(page: readonly ExecutionResult[], idBytes: number): Chunk[] {
    let ofPage = this.made.get(page);
    if (!ofPage) this.made.set(page, (ofPage = new Map<number, Chunk[]>()));
    let chunks = ofPage.get(idBytes);
    if (!chunks) ofPage.set(idBytes, (chunks = this.make(page, idBytes)));
    return chunks;
  }

  private make(page: readonly ExecutionResult[], idBytes: number): Chunk[] {
    const chunks: Chunk[] = [];
    const hole = Buffer.alloc(idBytes);
    let parts: Buffer[] = [];
    let idsAt: number[] = [];
    let length = 0;
    const close = () => {
      if (length > 0) chunks.push({ bytes: Buffer.concat(parts, length), idsAt });
      [parts, idsAt, length] = [[], [], 0];
    };
    for (const answer of page) {
      const [before, after = Buffer.alloc(0)] = this.makeFrame(jsonOf(answer), { answer, idBytes });
      const bytes = before.length + idBytes + after.length;
      if (length + bytes > CHUNK_BYTES) close();
      idsAt.push(length + before.length);
      parts.push(before, hole, after);
      length += bytes;
    }
    close();
    return chunks;
  }
}

/** What there is before what is amiss, as graphql-ws has it. */
const jsonOf = ({ errors, ...result }: ExecutionResult): string =>
  JSON.stringify(errors ? { ...result, errors } : result);
