/** What several rounds say together. Nothing here assumes a distribution: rounds on a shared machine have none worth the name. */
export interface Spread {
  median: number;
  least: number;
  most: number;
}

/** The value below which `share` of them lie, by the nearest rank; of none NaN. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const rank = Math.ceil(share * sorted.length) - 1;
  return sorted[Math.min(sorted.length - 1, Math.max(0, rank))]!;
}

/** The middle one; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

export const spreadOf = (values: readonly number[]): Spread => ({
  median: median(values),
  least: values.length === 0 ? Number.NaN : Math.min(...values),
  most: values.length === 0 ? Number.NaN : Math.max(...values),
});

/**
 * The ratio of two contestants, round by round: the two of one round ran next to each other, so that what the machine did
 * besides weighs on both. A ratio of medians would compare a quiet minute with a loud one.
 */
export function ratiosOf(values: readonly number[], base: readonly number[]): number[] {
  if (values.length !== base.length)
    throw new Error(`Rounds do not match: ${values.length} and ${base.length}`);
  return values.map((value, round) => value / base[round]!);
}
