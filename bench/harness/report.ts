import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROJECT_DIR } from '../../scripts/launch/settings.ts';
import type { Missing } from './line.ts';
import { describeMachine, type MachineDescription } from './machine.ts';
import type { LineResult } from './result.ts';
import { describeLine, describeSpread, table } from './table.ts';

/** All that a run of the bench has found. */
export interface Report {
  machine: MachineDescription;
  /** What has to be known of the circumstances. */
  note: string | null;
  rounds: number;
  seconds: number;
  rows: number;
  lines: readonly LineResult[];
  missing: readonly Missing[];
}

export const describeMissing = ({ ids, title, why }: Missing): string =>
  `## ${ids.join(', ')} ${title}\n\nnot measurable: ${why}`;

/** The judgements first, in one table; then each line with all that was measured. */
export function describeReport(report: Report): string {
  const limit = (value: number | undefined, better: 'more' | 'less') =>
    value === undefined ? '' : `${better === 'more' ? '≥' : '≤'} ${value}`;
  const judgements = report.lines.flatMap((line) =>
    line.judgements.map(({ id, says, value, better, floor, target, moonshot, verdict }) => [
      id,
      says,
      describeSpread(value, Math.abs(value.median) >= 10 ? 1 : 3),
      limit(floor, better),
      limit(target, better),
      limit(moonshot, better),
      verdict,
    ]),
  );
  return [
    '# Results of the bench',
    '',
    describeMachine(report.machine),
    ...(report.note === null ? [] : [report.note]),
    `${report.rounds} rounds; ${report.seconds} s a measurement where it is a matter of time; ${report.rows} runs in the largest organization.`,
    'Medians, with the least and the most in parentheses. What each line means is in [the README](../README.md).',
    '',
    table([['', 'what', 'measured', 'floor', 'target', 'moonshot', 'reached'], ...judgements]),
    '',
    ...report.lines.flatMap((line) => [describeLine(line), '']),
    ...report.missing.flatMap((missing) => [describeMissing(missing), '']),
  ].join('\n');
}

/** For others to read: as text, and with every sample. */
export async function saveReport(report: Report, name: string): Promise<void> {
  const base = join(PROJECT_DIR, 'bench', 'results', name);
  await writeFile(`${base}.md`, describeReport(report));
  await writeFile(`${base}.json`, `${JSON.stringify(report, null, 2)}\n`);
}
