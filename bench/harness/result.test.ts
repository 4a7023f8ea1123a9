import { describe, expect, it } from 'vitest';
import { STUDIO, type Line } from './line.ts';
import { describeReport } from './report.ts';
import { summarize, verdictOf } from './result.ts';
import { describeLine } from './table.ts';

const judgement = { id: 'T1', says: 'against the floor', metric: 'rate', to: 'raw', better: 'more' } as const;
const line: Line = {
  ids: ['T1'],
  title: 'A line',
  metrics: [{ name: 'rate', title: 'requests/s', digits: 0 }],
  judgements: [{ ...judgement, floor: 0.25, target: 0.5, moonshot: 0.9 }],
  open: () => Promise.resolve([]),
};
const contestant = (name: string, kind: 'floor' | 'studio') => ({
  name,
  kind,
  measure: () => Promise.resolve({}),
});

describe('The result of a line', () => {
  const result = summarize(
    line,
    [contestant('raw', 'floor'), contestant(STUDIO, 'studio')],
    new Map([
      ['raw', [{ rate: 100 }, { rate: 200 }, { rate: 100 }]],
      [STUDIO, [{ rate: 60 }, { rate: 80 }, { rate: 50 }]],
    ]),
  );

  it('judges the ratios of the rounds, not the ratio of the medians', () => {
    expect(result.judgements[0]).toMatchObject({
      value: { median: 0.5, least: 0.4, most: 0.6 },
      verdict: 'target',
    });
  });

  it('is a table with medians and spreads, and what each target says to it', () => {
    const text = describeLine(result);
    expect(text).toContain('| raw         | 100 (100–200) |');
    expect(text).toContain('T1: against the floor: **0.500 (0.400–0.600)**');
    expect(text).toContain('target ≥ 0.5');
  });

  it('is reported with all its judgements in one table', () => {
    const machine = {
      at: '2026-01-01T00:00',
      cores: 2,
      processor: 'x',
      memoryGiB: 4,
      node: 'v20',
      loadAtBegin: 0,
      loadAtEnd: 1,
    };
    const missing = [{ ids: ['T0'], title: 'Nothing', why: 'there is none.' }];
    const report = { machine, note: null, rounds: 3, seconds: 1, rows: 1_000, lines: [result], missing };
    const text = describeReport(report);
    expect(text).toMatch(
      /\| T1 +\| +against the floor \| +0\.500 \(0\.400–0\.600\) \| +≥ 0\.25 \| +≥ 0\.5 \| +≥ 0\.9 \| +target \|/,
    );
    expect(text).toContain('## T0 Nothing\n\nnot measurable: there is none.');
  });

  it('fails when a judgement names somebody who was not measured', () => {
    const absent = { ...line, judgements: [{ ...judgement, to: 'nobody' }] };
    expect(() => summarize(absent, [contestant(STUDIO, 'studio')], new Map([[STUDIO, []]]))).toThrow(
      'Nobody is called nobody',
    );
  });

  it.each([
    ['more', 1, 'moonshot'],
    ['more', 0.5, 'target'],
    ['more', 0.3, 'floor'],
    ['more', 0.1, 'below the floor'],
    ['more', Number.NaN, 'below the floor'],
  ] as const)('with %s is better, %d is %s', (better, value, verdict) => {
    expect(verdictOf({ ...judgement, better, floor: 0.25, target: 0.5, moonshot: 0.9 }, value)).toBe(verdict);
  });

  it('knows limits that are reached from above, and that there may be none', () => {
    expect(verdictOf({ ...judgement, better: 'less', floor: 2, target: 1.2 }, 1.1)).toBe('target');
    expect(verdictOf({ ...judgement, better: 'less', floor: 2, target: 1.2 }, 3)).toBe('below the floor');
    expect(verdictOf({ ...judgement, better: 'less', target: 1.2 }, 3)).toBe('below the target');
    expect(verdictOf({ ...judgement, better: 'less', target: 1.2 }, -0.1)).toBe('lost in the noise');
    expect(verdictOf(judgement, 3)).toBe('no target');
  });
});
