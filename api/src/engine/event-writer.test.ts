import fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { NewEvent } from '../domains/run-events.ts';
import { createRedactor } from '../platform/redaction.ts';
import { formsOf } from '../platform/secret-forms.ts';
import { EventWriter } from './event-writer.ts';
import { LONGEST_REPLY_TEXT } from './reply-text.ts';

type TextType = 'OUTPUT_APPENDED' | 'THOUGHT_APPENDED';
const OUTPUT = 'OUTPUT_APPENDED';
const THOUGHT = 'THOUGHT_APPENDED';
const SECRET = 'sk-canary-123456789';
const HALF = SECRET.slice(0, 10);

/** A writer whose log is a list; `delay` says how long each write takes. */
function openWriter(secrets: readonly string[], delay: () => Promise<unknown> = () => Promise.resolve()) {
  const log: NewEvent[] = [];
  const write = async (events: readonly NewEvent[]) => {
    await delay();
    log.push(...events);
    return { lastSeq: log.length };
  };
  const writer = new EventWriter(
    { append: write, head: () => Promise.resolve(log.length), ring: () => undefined },
    0,
    {
      redactor: createRedactor(secrets),
      now: () => new Date(0),
      signal: new AbortController().signal,
      onFailure: (error) => {
        throw error;
      },
    },
  );
  return { log, writer, end: () => writer.commit(write) };
}

const textsOf = (log: readonly NewEvent[], type: TextType) =>
  log.flatMap((event) => (event.type === type ? [event.payload] : []));
const joined = (log: readonly NewEvent[], type: TextType) =>
  textsOf(log, type)
    .map(({ text }) => text)
    .join('');

describe('secrets in a reply', () => {
  it('[EXE-12] are found across the write that a large reply forces', async () => {
    const { log, writer, end } = openWriter([SECRET]);
    const long = 'x'.repeat(65_536);
    await writer.pushText(OUTPUT, long + HALF);
    await writer.pushText(OUTPUT, `${SECRET.slice(10)} and on`);
    await end();
    expect(log.length).toBeGreaterThan(1);
    expect(joined(log, OUTPUT)).toBe(`${long}[redacted] and on`);
  });

  it('[EXE-12] are found across thoughts in between, and thoughts across output', async () => {
    const { log, writer, end } = openWriter([SECRET]);
    await writer.pushText(OUTPUT, `One ${HALF}`);
    await writer.pushText(THOUGHT, `Hm ${HALF}`);
    await writer.pushText(OUTPUT, SECRET.slice(10));
    await writer.pushText(THOUGHT, SECRET.slice(10));
    await end();
    expect(log.map(({ type, payload }) => [type, payload])).toEqual([
      [OUTPUT, { text: 'One ' }],
      [THOUGHT, { text: 'Hm ' }],
      [OUTPUT, { text: '[redacted]' }],
      [THOUGHT, { text: '[redacted]' }],
    ]);
  });

  it('[EXE-12] that only seem to begin are shown at the end of the reply, also of one that failed', async () => {
    for (const isFinished of [true, false]) {
      const { log, writer, end } = openWriter([SECRET]);
      await writer.pushText(OUTPUT, `One ${HALF}`);
      if (isFinished) expect(writer.endReply()).toBe(`One ${HALF}`);
      await writer.push('LOG_WRITTEN', { level: 'INFO', message: `So ${SECRET}.` });
      await end();
      expect(joined(log, OUTPUT)).toBe(`One ${HALF}`);
      expect(log.at(isFinished ? -1 : 1)?.payload).toEqual({ level: 'INFO', message: 'So [redacted].' });
    }
  });

  it('[EXE-12] are never stored, however a reply is divided and its texts interleave', async () => {
    const unit = fc.constantFrom('A', 'B', 'A', 'B', '/', '+', '"', 'ß');
    const piece = (secrets: readonly string[]) => {
      const form = fc.constantFrom(...secrets.flatMap(formsOf));
      const part = fc.tuple(form, fc.nat(), fc.nat()).map(([whole, a, b]) => {
        const at = [a % (whole.length + 1), b % (whole.length + 1)].sort((x, y) => x - y);
        return whole.slice(...at);
      });
      const text = fc.oneof(
        {
          weight: 3,
          arbitrary: form.chain((whole) => fc.nat(whole.length).map((at) => [whole, at] as const)),
        },
        { weight: 3, arbitrary: part.map((some) => [some, some.length] as const) },
        { weight: 2, arbitrary: fc.string({ unit, maxLength: 6 }).map((some) => [some, 0] as const) },
        { weight: 1, arbitrary: fc.nat(70_000).map((length) => [' '.repeat(length), length] as const) },
      );
      return fc.record({ type: fc.constantFrom<TextType>(OUTPUT, THOUGHT), text, isSlow: fc.boolean() });
    };
    const script = fc
      .array(fc.string({ unit, minLength: 6, maxLength: 9 }), { minLength: 1, maxLength: 3 })
      .chain((secrets) =>
        fc.record({ secrets: fc.constant(secrets), pieces: fc.array(piece(secrets), { maxLength: 25 }) }),
      );
    await fc.assert(
      fc.asyncProperty(script, async ({ secrets, pieces }) => {
        const { log, writer, end } = openWriter(secrets, () => new Promise(setImmediate));
        const said = { [OUTPUT]: '', [THOUGHT]: '' };
        for (const {
          type,
          text: [whole, at],
          isSlow,
        } of pieces) {
          for (const half of [whole.slice(0, at), whole.slice(at)]) {
            said[type] += half;
            await writer.pushText(type, half);
            if (isSlow) await new Promise(setImmediate);
          }
        }
        expect(writer.endReply()).toBe(said[OUTPUT]);
        await end();
        const { redact } = createRedactor(secrets);
        const forms = secrets.flatMap(formsOf);
        for (const type of [OUTPUT, THOUGHT] as const) {
          const shown = joined(log, type);
          expect(shown === redact(said[type])).toBe(true);
          expect(forms.some((form) => shown.includes(form))).toBe(false);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('a reply that is too long', () => {
  const chunk = 'y'.repeat(50_000);

  it('[EXE-2] is cut once, with a marker that says how much is kept, also in small pieces and for thoughts', async () => {
    for (const type of [OUTPUT, THOUGHT] as const) {
      const { log, writer, end } = openWriter([]);
      for (let kept = 0; kept < LONGEST_REPLY_TEXT + 3 * chunk.length; kept += chunk.length) {
        await writer.pushText(type, chunk);
      }
      await end();
      const marked = textsOf(log, type).filter(({ truncatedAt }) => truncatedAt !== undefined);
      expect(marked.map(({ truncatedAt }) => truncatedAt)).toEqual([LONGEST_REPLY_TEXT]);
      expect(log.at(-1)?.payload).toBe(marked[0]);
      expect(joined(log, type)).toHaveLength(LONGEST_REPLY_TEXT);
    }
  });

  it('[EXE-2] has no marker when it just fits', async () => {
    const { log, writer, end } = openWriter([]);
    for (let kept = 0; kept < LONGEST_REPLY_TEXT; kept += chunk.length) await writer.pushText(OUTPUT, chunk);
    await end();
    expect(textsOf(log, OUTPUT).some(({ truncatedAt }) => truncatedAt !== undefined)).toBe(false);
  });

  it('[EXE-12] shows no half of a secret, nor of a character, where it is cut', async () => {
    for (const [tail, rest] of [
      [HALF, SECRET.slice(10)],
      ['', '😀'],
    ] as const) {
      const { log, writer, end } = openWriter([SECRET]);
      const room = LONGEST_REPLY_TEXT - tail.length - (tail ? 0 : 1);
      for (let kept = 0; kept < room; kept += chunk.length) {
        await writer.pushText(OUTPUT, chunk.slice(0, room - kept));
      }
      await writer.pushText(OUTPUT, tail);
      await writer.pushText(OUTPUT, rest);
      const said = writer.endReply();
      await end();
      expect(said).toHaveLength(room);
      expect(joined(log, OUTPUT)).toHaveLength(room);
      expect(log.at(-1)?.payload).toMatchObject({ truncatedAt: room });
    }
  });
});

describe('the first piece after a silence', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('[EXE-4] leaves at once; joining begins with the second', async () => {
    vi.useFakeTimers();
    const { log, writer } = openWriter([]);
    const texts = () => textsOf(log, OUTPUT).map(({ text }) => text);
    await writer.pushText(OUTPUT, 'a');
    await vi.advanceTimersByTimeAsync(0);
    expect(texts()).toEqual(['a']);
    for (const piece of ['b', 'c', 'd']) {
      await writer.pushText(OUTPUT, piece);
      await vi.advanceTimersByTimeAsync(5);
    }
    expect(texts()).toEqual(['a']);
    await vi.advanceTimersByTimeAsync(5);
    expect(texts()).toEqual(['a', 'bcd']);
    await vi.advanceTimersByTimeAsync(20);
    await writer.pushText(OUTPUT, 'e');
    await vi.advanceTimersByTimeAsync(0);
    expect(texts()).toEqual(['a', 'bcd', 'e']);
  });
});
