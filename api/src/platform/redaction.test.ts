import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor } from './redaction.ts';
import { formsOf } from './secret-forms.ts';

const SECRET = 'sk-canary/1234567+é"';
const redactText = (text: string, ...secrets: string[]) => createRedactor(secrets).redact(text);

/** Letters that meet often, among them some that every encoding changes, and none that a blot has. */
const unit = fc.constantFrom('A', 'B', 'A', 'B', '/', '+', '"', ' ', 'ß', '\\', '😀');
const secret = fc.string({ unit, minLength: 6, maxLength: 12 }).filter((text) => text.length >= 6);

/** A text in which forms, halves of forms and other text follow each other. */
const textWith = (secrets: readonly string[]) => {
  const form = fc.constantFrom(...secrets.flatMap(formsOf));
  const half = fc.tuple(form, fc.nat()).map(([whole, at]) => whole.slice(0, at % whole.length));
  return fc
    .array(fc.oneof(form, half, fc.string({ unit, maxLength: 4 })), { maxLength: 12 })
    .map((parts) => parts.join(''));
};

const case_ = fc
  .array(secret, { minLength: 1, maxLength: 3 })
  .chain((secrets) =>
    fc.record({ secrets: fc.constant(secrets), text: textWith(secrets), cuts: fc.array(fc.nat()) }),
  );

describe('redaction', () => {
  it('[EXE-12] takes out every form of a secret', () => {
    for (const form of formsOf(SECRET)) expect(redactText(`<${form}>`, SECRET)).not.toContain(form);
    const within = [0, 1, 2].map((offset) => Buffer.from(`${'x'.repeat(offset)}${SECRET} and on`));
    for (const encoding of ['base64', 'base64url', 'hex'] as const) {
      for (const bytes of within)
        expect(redactText(bytes.toString(encoding), SECRET)).toContain('[redacted]');
    }
    const inUrl = `${encodeURIComponent(SECRET)} ${new URLSearchParams({ a: SECRET }).toString()}`;
    expect(redactText(inUrl, SECRET)).toBe('[redacted] a=[redacted]');
    expect(
      redactText(
        encodeURIComponent(SECRET).replace(/%../g, (hex) => hex.toLowerCase()),
        SECRET,
      ),
    ).toBe('[redacted]');
    expect(redactText(JSON.stringify({ key: SECRET }), SECRET)).toBe('{"key":"[redacted]"}');
  });

  it('[EXE-12] leaves one blot where secrets overlap, contain or touch each other', () => {
    expect(redactText('<abcdefghij>', 'abcdef', 'defghij')).toBe('<[redacted]>');
    expect(redactText('<abcdefghij>', 'abcdefghij', 'cdefgh')).toBe('<[redacted]>');
    expect(redactText('<abcdefabcdef>', 'abcdef')).toBe('<[redacted]>');
  });

  it('[EXE-12] goes through keys, lists and numbers, and gives back the value itself when there is nothing', () => {
    const { redact } = createRedactor(['sk-123456', '12345678']);
    expect(redact({ 'sk-123456': [1, 'a sk-123456', { pin: 12_345_678 }], at: null })).toEqual({
      '[redacted]': [1, 'a [redacted]', { pin: '[redacted]' }],
      at: null,
    });
    const clean = { a: ['b', 1, null, true] };
    expect(redact(clean)).toBe(clean);
  });

  it('[EXE-12] leaves alone what is too short to be told from a word', () => {
    expect(redactText('in the end', 'in', '', 'end')).toBe('in the end');
  });

  it('[EXE-12] says the same of a text whole and in pieces, and holds back less than a form', () => {
    fc.assert(
      fc.property(case_, ({ secrets, text, cuts }) => {
        const forms = secrets.flatMap(formsOf);
        const longest = Math.max(...forms.map((form) => form.length));
        const at = [0, ...cuts.map((cut) => cut % (text.length + 1)), text.length].sort((a, b) => a - b);
        const stream = createRedactor(secrets).openStream();
        let whole = '';
        for (const [index, end] of at.slice(1).entries()) {
          whole += stream.push(text.slice(at[index], end));
          if (stream.undecidedLength >= longest) return false;
        }
        whole += stream.end();
        return whole === blotSlowly(text, forms) && !forms.some((form) => whole.includes(form));
      }),
      { numRuns: 1_000 },
    );
  });
});

/** What redaction means, without any of its haste. */
function blotSlowly(text: string, forms: readonly string[]): string {
  const isSecret = Array.from({ length: text.length }, () => false);
  for (const form of forms) {
    for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) {
      isSecret.fill(true, at, at + form.length);
    }
  }
  return text
    .split('')
    .map((unit_, index) => {
      if (!isSecret[index]) return unit_;
      return isSecret[index - 1] ? '' : '[redacted]';
    })
    .join('');
}
