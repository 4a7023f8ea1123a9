import type { ExecutionResult } from 'graphql';
import { TextAnswer } from '../graphql/compiled-event.ts';
import { cursorAt } from './answer-cursor.ts';

/**
 * The frames of a page of answers as bytes, made once for all who are sent that page. Between two of them only the id of their
 * operation differs: it is written into a copy.
 */

/** What leaves by one write. Some tens of events; a larger one stands alone. */
const CHUNK_BYTES = 65_536;

/** A frame is a header, the text `before`, the id of the operation, `between`, the answer as JSON, and `after`. */
export interface Framing {
  header?: { bytes(bodyBytes: number): number; write(bodyBytes: number, into: Buffer, at: number): void };
  before(cursor: string | null): string;
  between: string;
  after: string;
}

interface Chunk {
  bytes: Buffer;
  idsAt: number[];
  /** That of the first who was sent it: it is in the bytes already. */
  id: Buffer;
}

interface Part {
  before: string;
  beforeBytes: number;
  rest: string;
  restBytes: number;
}

export class SharedFrames {
  /** As long as a page lives, by the length of the id. */
  private readonly made = new WeakMap<readonly ExecutionResult[], Map<number, Chunk[]>>();

  constructor(private readonly framing: Framing) {}

  /** `id`: its JSON; empty where frames have none. */
  *of(page: readonly ExecutionResult[], id: Buffer): Generator<Buffer, void, void> {
    for (const chunk of this.chunksOf(page, id)) {
      if (chunk.id.equals(id)) yield chunk.bytes;
      else {
        const own = Buffer.from(chunk.bytes);
        for (const at of chunk.idsAt) own.set(id, at);
        yield own;
      }
    }
  }

  private chunksOf(page: readonly ExecutionResult[], id: Buffer): Chunk[] {
    let ofPage = this.made.get(page);
    if (!ofPage) this.made.set(page, (ofPage = new Map<number, Chunk[]>()));
    let chunks = ofPage.get(id.length);
    if (!chunks) ofPage.set(id.length, (chunks = this.make(page, id)));
    return chunks;
  }

  private make(page: readonly ExecutionResult[], id: Buffer): Chunk[] {
    const chunks: Chunk[] = [];
    let parts: Part[] = [];
    let bytes = 0;
    for (const [index, answer] of page.entries()) {
      const part = this.partOf(answer, cursorAt(page, index));
      const frameBytes = this.bytesOf(part, id);
      if (parts.length > 0 && bytes + frameBytes > CHUNK_BYTES) {
        chunks.push(this.join(parts, bytes, id));
        [parts, bytes] = [[], 0];
      }
      parts.push(part);
      bytes += frameBytes;
    }
    if (parts.length > 0) chunks.push(this.join(parts, bytes, id));
    return chunks;
  }

  private partOf(answer: ExecutionResult, cursor: string | null): Part {
    const { framing } = this;
    const before = framing.before(cursor);
    const rest = framing.between + jsonOf(answer) + framing.after;
    return { before, beforeBytes: before.length, rest, restBytes: Buffer.byteLength(rest) };
  }

  private bytesOf({ beforeBytes, restBytes }: Part, id: Buffer): number {
    const bodyBytes = beforeBytes + id.length + restBytes;
    return bodyBytes + (this.framing.header?.bytes(bodyBytes) ?? 0);
  }

  private join(parts: readonly Part[], length: number, id: Buffer): Chunk {
    const { header } = this.framing;
    const bytes = Buffer.allocUnsafe(length);
    const idsAt: number[] = [];
    let at = 0;
    for (const { before, beforeBytes, rest, restBytes } of parts) {
      const bodyBytes = beforeBytes + id.length + restBytes;
      if (header) {
        header.write(bodyBytes, bytes, at);
        at += header.bytes(bodyBytes);
      }
      at += bytes.write(before, at, beforeBytes, 'latin1');
      idsAt.push(at);
      bytes.set(id, at);
      at += id.length;
      // As many bytes as characters: ASCII, which is copied rather than encoded.
      at += bytes.write(rest, at, restBytes, restBytes === rest.length ? 'latin1' : 'utf8');
    }
    return { bytes, idsAt, id };
  }
}

/** What there is before what is amiss, as graphql-ws has it. */
function jsonOf(answer: ExecutionResult): string {
  if (answer instanceof TextAnswer) return answer.json;
  const { errors, ...result } = answer;
  return JSON.stringify(errors ? { ...result, errors } : result);
}
