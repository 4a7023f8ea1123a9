import { describe, expect, it } from 'vitest';
import { Instant, instantOf } from './instant.ts';

describe('an instant', () => {
  it.each([
    ['2026-11-25 15:20:00.123+00', '2026-11-25T15:20:00.123Z'],
    ['2026-11-25 15:20:00.12+00', '2026-11-25T15:20:00.120Z'],
    ['2026-11-25 15:20:00.1+00', '2026-11-25T15:20:00.100Z'],
    ['0001-01-01 00:00:00+00', '0001-01-01T00:00:00.000Z'],
  ])('[EXE-2] of PostgreSQL, %s, is the date and the text of JavaScript', (text, iso) => {
    const instant = instantOf(text)!;
    expect(instant.getTime()).toBe(Date.parse(iso));
    expect([instant.toISOString(), JSON.stringify(instant)]).toEqual([iso, `"${iso}"`]);
    expect(instant).toEqual(new Date(iso));
  });

  it.each([
    '2026-11-25 15:20:00.123+01',
    '2026-11-25 15:20:00+05:30',
    '0044-03-15 12:00:00+00 BC',
    'infinity',
    '12026-11-25 15:20:00+00',
  ])('[EXE-2] of another form, %s, is left to the parser of pg', (text) => {
    expect(instantOf(text)).toBeNull();
  });

  it('[EXE-2] keeps the text that it came with', () => {
    const { text } = { text: '2026-11-25T15:20:00.123Z' };
    expect(new Instant(text).toJSON()).toBe(new Date(text).toJSON());
  });
});
