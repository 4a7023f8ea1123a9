/** Every test from a fresh clone: generates, builds, finds a browser, runs vitest, and closes with one line of totals. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildApplication } from './launch/prepare.ts';
import { PROJECT_DIR } from './launch/settings.ts';
import { listRequirements } from './requirements.ts';
import { findChromium } from './services/chromium.ts';

/** The parts of vitest's JSON report that are read. */
interface Report {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { status: string; assertionResults: { status: string }[] }[];
}

/** `args` go to vitest, as in `npm test -- --project web`. */
export async function runTests(args: string[]): Promise<void> {
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort());

  await buildApplication(interrupted.signal);
  const chromium = await findChromium((line) => console.log(line));
  const folder = await mkdtemp(join(tmpdir(), 'studio-report-'));
  try {
    const reportFile = join(folder, 'report.json');
    const vitest = spawn(
      process.execPath,
      [
        join('node_modules', 'vitest', 'vitest.mjs'),
        'run',
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${reportFile}`,
        ...args,
      ],
      {
        cwd: PROJECT_DIR,
        stdio: 'inherit',
        signal: interrupted.signal,
        env: { ...process.env, STUDIO_CHROMIUM: chromium },
      },
    );
    const [code] = (await once(vitest, 'exit')) as [number | null];
    const totals = countResults(JSON.parse(await readFile(reportFile, 'utf8')) as Report);
    // A run that failed outside of any test, say by an unhandled rejection, is a failure too.
    const failed = code !== 0 && totals.failed === 0 ? 1 : totals.failed;
    const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : '';
    process.exitCode = failed > 0 ? 1 : 0;
    const open = listRequirements().filter(({ standing }) => standing === 'OPEN');
    console.log(`Requirements that are OPEN: ${open.map(({ id }) => id).join(' ')}`);
    console.log(`${totals.passed} passed, ${failed} failed${skipped}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function countResults(report: Report): { passed: number; failed: number; skipped: number } {
  // A file that cannot be loaded holds no test that could fail.
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}
