/** `npm run bench`: floors, peers and this product side by side; see README.md. */
import { openBench, type OpenBench } from './harness/bench.ts';
import { isMissing, type Line, type Missing } from './harness/line.ts';
import { describeMachine, observeMachine } from './harness/machine.ts';
import { type Options, OptionsError, readOptions, USAGE } from './harness/options.ts';
import { profileContestant } from './harness/profile.ts';
import { buildPrograms } from './harness/programs.ts';
import { describeMissing, type Report, saveReport } from './harness/report.ts';
import { type LineResult, summarize } from './harness/result.ts';
import { runRounds } from './harness/rounds.ts';
import { openStores } from './harness/stores.ts';
import { describeLine } from './harness/table.ts';
import { fillAndWait } from './data/fill-and-wait.ts';
import { LINES } from './lines.ts';

/** Progress goes to standard error, so that the result can be piped. */
const say = (line: string) => console.error(line);

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  const chosen = chooseLines(options.ids);
  const describeNow = observeMachine();
  await buildPrograms();
  const stores = await openStores();
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());
  const bench = openBench({ stores, seconds: options.seconds, rows: options.rows });
  try {
    if (options.isData) return await fillAndWait(bench, interrupted.signal);
    const work = measureLines(bench, chosen, options);
    const results = await Promise.race([work, aborted(interrupted.signal)]);
    const { note, rounds, seconds, rows } = options;
    const report: Report = { machine: describeNow(), note, rounds, seconds, rows, ...results };
    if (options.saveAs !== null) await saveReport(report, options.saveAs);
    if (options.isJson) console.log(JSON.stringify(report, null, 2));
    else console.log(`\n${describeMachine(report.machine)}`);
  } finally {
    await bench.close();
    await stores.stop();
  }
}

function chooseLines(ids: readonly string[]): readonly (Line | Missing)[] {
  const known = LINES.flatMap((line) => line.ids);
  const unknown = ids.filter((id) => !known.includes(id));
  if (unknown.length > 0)
    throw new OptionsError(`There is no line ${unknown.join(', ')}; there are ${known.join(', ')}.`);
  return ids.length === 0 ? LINES : LINES.filter((line) => line.ids.some((id) => ids.includes(id)));
}

async function measureLines(
  bench: OpenBench,
  lines: readonly (Line | Missing)[],
  options: Options,
): Promise<{ lines: LineResult[]; missing: Missing[] }> {
  const results: LineResult[] = [];
  const missing: Missing[] = [];
  /** The tables are for people, also while a program reads the JSON. */
  const show = (text: string) => (options.isJson ? say : console.log)(`\n${text}`);
  for (const line of lines) {
    if (isMissing(line)) {
      missing.push(line);
      show(describeMissing(line));
      continue;
    }
    const result = await measureLine(bench, line, options);
    results.push(result);
    show(describeLine(result));
  }
  return { lines: results, missing };
}

async function measureLine(bench: OpenBench, line: Line, options: Options): Promise<LineResult> {
  const id = line.ids.join(', ');
  say(`${id}: starting what it needs`);
  const contestants = await line.open(bench);
  try {
    const samples = await runRounds(contestants, {
      rounds: options.rounds,
      onRound: (name, round) =>
        say(`${id}: ${round === 0 ? 'warming up' : `round ${round} of ${options.rounds}`}: ${name}`),
    });
    if (options.profileDir !== null) {
      for (const contestant of contestants.filter(({ profiled }) => profiled)) {
        const texts = await profileContestant(contestant, { dir: options.profileDir, id: line.ids[0]! });
        for (const text of texts) say(`\n${text}`);
        if (contestant.details) say(`\n${contestant.details}`);
      }
    }
    return summarize(line, contestants, samples);
  } finally {
    for (const contestant of contestants) await contestant.close?.();
    await bench.endPrograms();
  }
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) =>
    signal.addEventListener('abort', () => reject(new Error('Interrupted.')), { once: true }),
  );

try {
  await main();
  process.exit(0);
} catch (error) {
  console.error(error instanceof OptionsError ? `${error.message}\n\n${USAGE}` : error);
  process.exit(1);
}
