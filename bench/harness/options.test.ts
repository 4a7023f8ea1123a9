import { describe, expect, it } from 'vitest';
import { OptionsError, readOptions } from './options.ts';

describe('The options of the bench', () => {
  it('takes lines in any case, and has a default for everything else', () => {
    expect(readOptions(['t4', 'T9'])).toEqual({
      ids: ['T4', 'T9'],
      rounds: 5,
      seconds: 3,
      rows: 100_000,
      isJson: false,
      saveAs: null,
      note: null,
      profileDir: null,
      isData: false,
    });
    expect(readOptions(['data', '--rows', '1000000'])).toMatchObject({ ids: [], isData: true, rows: 1e6 });
  });

  it.each([
    [['--rounds', '0'], '--rounds must be a number from 1 to 100.'],
    [['--rows', 'many'], '--rows must be a number from 1000 to 1000000.'],
    [['--save', '../x'], '--save must be a name'],
    [['--fast'], '--fast'],
  ])('says what is wrong with %j', (args, message) => {
    expect(() => readOptions(args)).toThrow(OptionsError);
    expect(() => readOptions(args)).toThrow(message);
  });
});
