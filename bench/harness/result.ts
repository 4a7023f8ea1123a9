import { type Contestant, type Judgement, type Kind, type Line, type Metric, STUDIO } from './line.ts';
import type { Sample } from './rounds.ts';
import { ratiosOf, type Spread, spreadOf } from './statistics.ts';

export interface ContestantResult {
  name: string;
  kind: Kind;
  note?: string;
  samples: readonly Sample[];
  /** Of each metric over the rounds. */
  spreads: Readonly<Record<string, Spread>>;
}

export type Verdict =
  | 'below the floor'
  | 'below the target'
  | 'floor'
  | 'target'
  | 'moonshot'
  | 'no target'
  | 'lost in the noise';

export interface JudgementResult extends Judgement {
  value: Spread;
  verdict: Verdict;
}

export interface LineResult {
  ids: readonly string[];
  title: string;
  metrics: readonly Metric[];
  contestants: readonly ContestantResult[];
  judgements: readonly JudgementResult[];
}

export function summarize(
  line: Line,
  contestants: readonly Contestant[],
  samples: ReadonlyMap<string, readonly Sample[]>,
): LineResult {
  const valuesOf = (name: string, metric: string) => {
    const rounds = samples.get(name);
    if (!rounds) throw new Error(`Nobody is called ${name} in ${line.title}`);
    return rounds.map((sample) => sample[metric] ?? Number.NaN);
  };
  return {
    ids: line.ids,
    title: line.title,
    metrics: line.metrics,
    contestants: contestants.map(({ name, kind, note }) => ({
      name,
      kind,
      note,
      samples: samples.get(name)!,
      spreads: Object.fromEntries(
        line.metrics.map((metric) => [metric.name, spreadOf(valuesOf(name, metric.name))]),
      ),
    })),
    judgements: line.judgements.map((judgement) => {
      const values = valuesOf(judgement.of ?? STUDIO, judgement.metric);
      const value = spreadOf(
        judgement.to === null ? values : ratiosOf(values, valuesOf(judgement.to, judgement.metric)),
      );
      return { ...judgement, value, verdict: verdictOf(judgement, value.median) };
    }),
  };
}

/** The best that is reached. */
export function verdictOf(judgement: Judgement, value: number): Verdict {
  const reaches = (limit: number | undefined) =>
    limit !== undefined && (judgement.better === 'more' ? value >= limit : value <= limit);
  // Nothing costs less than nothing: what was looked for is smaller than what the machine does besides.
  if (judgement.better === 'less' && value <= 0) return 'lost in the noise';
  if (reaches(judgement.moonshot)) return 'moonshot';
  if (reaches(judgement.target)) return 'target';
  if (judgement.floor === undefined && judgement.target === undefined) return 'no target';
  if (judgement.floor === undefined) return 'below the target';
  return reaches(judgement.floor) ? 'floor' : 'below the floor';
}
