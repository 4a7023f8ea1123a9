import type { JudgementResult, LineResult } from './result.ts';
import type { Spread } from './statistics.ts';

/** Markdown that also reads well in a terminal: what is printed can be committed. */
export function describeLine(line: LineResult): string {
  const heads = ['', ...line.metrics.map(({ title }) => title)];
  const rows = line.contestants.map(({ name, note, spreads }) => [
    note ? `${name} (${note})` : name,
    ...line.metrics.map((metric) => describeSpread(spreads[metric.name]!, metric.digits)),
  ]);
  return [
    `## ${line.ids.join(', ')} ${line.title}`,
    '',
    table([heads, ...rows]),
    '',
    ...line.judgements.map(describeJudgement),
  ].join('\n');
}

function describeJudgement(judgement: JudgementResult): string {
  const { id, says, value, better, floor, target, moonshot, verdict } = judgement;
  const sign = better === 'more' ? '≥' : '≤';
  const limits = Object.entries({ floor, target, moonshot })
    .filter(([, limit]) => limit !== undefined)
    .map(([name, limit]) => `${name} ${sign} ${limit}`);
  const against = limits.length === 0 ? '' : ` [${limits.join(', ')}: ${verdict}]`;
  return `* ${id}: ${says}: **${describeSpread(value, digitsOf(value.median))}**${against}`;
}

/** Three digits that mean something. */
const digitsOf = (value: number): number =>
  Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 3;

/** The median, and in parentheses the least and the most. */
export function describeSpread({ median, least, most }: Spread, digits: number): string {
  if (!Number.isFinite(median)) return '–';
  const text = (value: number) => value.toFixed(digits);
  return least === most ? text(median) : `${text(median)} (${text(least)}–${text(most)})`;
}

export function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!))).join(' | ')} |`;
  const [head, ...body] = rows;
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(head!), rule, ...body.map(line)].join('\n');
}
