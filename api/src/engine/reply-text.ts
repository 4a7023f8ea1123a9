import type { RedactedStream } from '../platform/redaction.ts';

/** A reply may say, and think, so many characters; the rest is cut, and the piece that ends there says so. */
export const LONGEST_REPLY_TEXT = 2_000_000;

/** A piece on its way into the log. */
export interface ShownPiece {
  text: string;
  /** Set on the last piece of a text that is cut: how many characters of it are kept. */
  truncatedAt?: number;
}

/** What a model says, or thinks, in one reply: kept up to a limit, and shown without secrets. */
export class ReplyText {
  /** The words of the model, as far as they are kept: the conversation goes on with them. */
  said = '';
  private isCut = false;

  constructor(private readonly stream: RedactedStream) {}

  /** Shows what cannot become part of a secret any more. */
  take(piece: string): ShownPiece {
    if (this.isCut) return { text: '' };
    const room = LONGEST_REPLY_TEXT - this.said.length;
    if (piece.length <= room) {
      this.said += piece;
      return { text: this.stream.push(piece) };
    }
    // Half of a surrogate pair is no text: PostgreSQL refuses it.
    const kept = piece.slice(0, room).replace(/[\uD800-\uDBFF]$/, '');
    const text = this.stream.push(kept);
    this.said += kept;
    // Of a secret that is cut in two, no half may be shown.
    this.said = this.said.slice(0, this.said.length - this.stream.undecidedLength);
    this.isCut = true;
    return { text, truncatedAt: this.said.length };
  }

  /** What was held back of a text that was not cut. */
  end(): string {
    return this.isCut ? '' : this.stream.end();
  }
}
