import { parseArgs } from 'node:util';

export interface Options {
  /** Upper case; empty for all. */
  ids: string[];
  rounds: number;
  seconds: number;
  rows: number;
  isJson: boolean;
  /** Name of the files in results/; null: none are written. */
  saveAs: string | null;
  /** What has to be known of the circumstances; goes into the result. */
  note: string | null;
  /** Where profiles go; null: none are taken. */
  profileDir: string | null;
  /** Fills a database and tells its address, instead of measuring. */
  isData: boolean;
}

export class OptionsError extends Error {
  override readonly name = 'OptionsError';
}

export const USAGE = `npm run bench -- [T1 T4 …] [options]
npm run bench -- data --rows 1000000

  T1 …             only these lines; all without any
  --rounds N       measured rounds, after one that warms up (5)
  --seconds S      length of a measurement where it is a matter of time (3)
  --rows N         runs in the largest organization of the lines about growth, and of data: 1000 to 1000000 (100000)
  --json           the whole result as JSON on standard output
  --save NAME      writes results/NAME.md and results/NAME.json
  --note TEXT      what has to be known of the circumstances, for the result
  --profile DIR    one more round under the profiler: .cpuprofile files and where the time goes`;

/** Throws OptionsError with a sentence that says what is wrong. */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parse(args);
  const number = (name: 'rounds' | 'seconds' | 'rows', fallback: number, least: number, most: number) => {
    const value = values[name] === undefined ? fallback : Number(values[name]);
    if (Number.isFinite(value) && value >= least && value <= most) return value;
    throw new OptionsError(`--${name} must be a number from ${least} to ${most}.`);
  };
  const ids = positionals.map((id) => id.toUpperCase());
  return {
    ids: ids.filter((id) => id !== 'DATA'),
    rounds: Math.floor(number('rounds', 5, 1, 100)),
    seconds: number('seconds', 3, 0.2, 600),
    rows: Math.floor(number('rows', 100_000, 1_000, 1_000_000)),
    isJson: values.json ?? false,
    saveAs: readName(values.save),
    note: values.note ?? null,
    profileDir: values.profile ?? null,
    isData: ids.includes('DATA'),
  };
}

/** It becomes the name of a file. */
function readName(name: string | undefined): string | null {
  if (name === undefined) return null;
  if (/^[a-z0-9-]+$/.test(name)) return name;
  throw new OptionsError('--save must be a name of small letters, digits and dashes.');
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        rounds: { type: 'string' },
        seconds: { type: 'string' },
        rows: { type: 'string' },
        json: { type: 'boolean' },
        save: { type: 'string' },
        note: { type: 'string' },
        profile: { type: 'string' },
      },
    });
  } catch (error) {
    throw new OptionsError((error as Error).message);
  }
}
