import type { Bench } from './bench.ts';
import type { Measurable } from './rounds.ts';

/** A floor does the same work with nothing around it; a peer is what people would take instead of us. */
export type Kind = 'floor' | 'peer' | 'studio';

export interface Contestant extends Measurable {
  kind: Kind;
  /** What has to be known to read its figures, such as that it authorizes nobody. */
  note?: string;
  /** The processes whose profiles tell where its time goes. */
  profiled?: readonly Profiled[];
  /** Told beside the profiles: what stands behind a figure, such as the statements of a run. */
  details?: string;
  close?(): Promise<void>;
}

export interface Profiled {
  name: string;
  call<T>(name: string, args?: unknown): Promise<T>;
}

export interface Metric {
  /** Key of the samples. */
  name: string;
  /** Head of its column, with the unit. */
  title: string;
  digits: number;
}

/** One row of the table of targets: a metric of the studio, as a ratio to a contestant or as it is. */
export interface Judgement {
  /** T-number of the targets, or a name of ours. */
  id: string;
  says: string;
  metric: string;
  /** Whose metric; the studio unless told. */
  of?: string;
  /** Null: the value itself. */
  to: string | null;
  /** Whether more or less is better. */
  better: 'more' | 'less';
  floor?: number;
  target?: number;
  moonshot?: number;
}

export interface Line {
  /** What the command line calls it; T-numbers where there are. */
  ids: readonly string[];
  title: string;
  metrics: readonly Metric[];
  judgements: readonly Judgement[];
  open(bench: Bench): Promise<Contestant[]>;
}

/** A line that cannot be measured on the product as it is, or not on this machine. */
export interface Missing {
  ids: readonly string[];
  title: string;
  why: string;
}

export const isMissing = (line: Line | Missing): line is Missing => 'why' in line;

export const STUDIO = 'this studio';
