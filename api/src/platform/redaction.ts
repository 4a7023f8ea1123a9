import { formsOf } from './secret-forms.ts';
import { createSecretMatcher, type SecretMatcher, START } from './secret-matcher.ts';

/**
 * Blots secrets out of what is stored, shown or logged, in every form in which they turn up. Every character of a form
 * goes; forms that touch or overlap leave one blot.
 */
export interface Redactor {
  /** A copy of a JSON value without the secrets. The value itself when there are none in it. */
  redact<T>(value: T): T;
  /** For a text that comes in pieces. */
  openStream(): RedactedStream;
}

export interface RedactedStream {
  /** Takes a piece, and gives out what cannot become part of a secret any more. */
  push(piece: string): string;
  /** What was held back; nothing more comes. */
  end(): string;
  /** How many characters at the end of the text may be the beginning of a secret: fewer than the longest form has. */
  readonly undecidedLength: number;
}

const BLOT = '[redacted]';
/** A shorter value cannot be blotted out: it would take ordinary words with it. */
export const SHORTEST_SECRET = 6;

export function createRedactor(secrets: readonly string[]): Redactor {
  const known = [...new Set(secrets)].filter((secret) => secret.length >= SHORTEST_SECRET);
  if (known.length === 0) return { redact: (value) => value, openStream: openPlainStream };
  const matcher = createSecretMatcher(known.flatMap(formsOf));

  function redactText(text: string): string {
    const stream = new BlottingStream(matcher);
    return stream.push(text) + stream.end();
  }

  function redact(value: unknown): unknown {
    switch (typeof value) {
      case 'string':
        return redactText(value);
      case 'number':
      case 'bigint': {
        const text = redactText(String(value));
        return text.includes(BLOT) ? text : value;
      }
      case 'object':
        // Dates and errors are no JSON: a logger turns errors into it, see `redactedLogger`.
        return value === null || value instanceof Date || value instanceof Error ? value : redactParts(value);
      default:
        return value;
    }
  }

  function redactParts(value: object): unknown {
    if (Array.isArray(value)) {
      const items = value.map(redact);
      return items.some((item, index) => item !== value[index]) ? items : value;
    }
    let isChanged = false;
    const entries = Object.entries(value).map(([key, item]: [string, unknown]) => {
      const [shownKey, shownItem] = [redactText(key), redact(item)];
      isChanged ||= shownKey !== key || shownItem !== item;
      return [shownKey, shownItem] as const;
    });
    return isChanged ? Object.fromEntries(entries) : value;
  }

  return { redact: <T>(value: T) => redact(value) as T, openStream: () => new BlottingStream(matcher) };
}

const openPlainStream = (): RedactedStream => ({ push: (piece) => piece, end: () => '', undecidedLength: 0 });

/** Positions count the characters of the whole text, from 0. */
class BlottingStream implements RedactedStream {
  private state = START;
  /** How many characters were taken. */
  private taken = 0;
  private held = '';
  /** What is to be blotted out of the held text; in order, and apart from each other. */
  private blots: { from: number; to: number }[] = [];
  /** The character that was given out last is part of a blot. */
  private isInBlot = false;

  constructor(private readonly matcher: SecretMatcher) {}

  push(piece: string): string {
    const { matcher } = this;
    for (let index = 0; index < piece.length; index += 1) {
      this.state = matcher.next(this.state, piece.charCodeAt(index));
      this.taken += 1;
      const length = matcher.matched(this.state);
      if (length > 0) this.blot(this.taken - length);
    }
    this.held += piece;
    return this.giveOut(this.taken - matcher.begun(this.state));
  }

  end(): string {
    this.state = START;
    return this.giveOut(this.taken);
  }

  get undecidedLength(): number {
    const from = this.taken - this.held.length;
    const blot = this.blots[0];
    // The end of a blot that has been given out may begin another secret; it is decided all the same.
    return blot && blot.from <= from ? this.taken - blot.to : this.held.length;
  }

  /** From `from` up to here. */
  private blot(from: number): void {
    let start = from;
    while (this.blots.length > 0 && this.blots.at(-1)!.to >= from) {
      start = Math.min(start, this.blots.pop()!.from);
    }
    this.blots.push({ from: start, to: this.taken });
  }

  /** The held text before `until`: whatever is found later begins there at the earliest. */
  private giveOut(until: number): string {
    const from = this.taken - this.held.length;
    let shown = '';
    let position = from;
    while (position < until) {
      const blot = this.blots[0];
      if (blot && blot.from <= position) {
        if (!this.isInBlot) shown += BLOT;
        this.isInBlot = true;
        position = Math.min(blot.to, until);
        if (blot.to <= until) this.blots.shift();
      } else {
        const end = Math.min(blot?.from ?? until, until);
        shown += this.held.slice(position - from, end - from);
        this.isInBlot = false;
        position = end;
      }
    }
    this.held = this.held.slice(until - from);
    return shown;
  }
}
