/** What one round of one contestant measured, by the name of the metric. */
export type Sample = Readonly<Record<string, number>>;

export interface Measurable {
  name: string;
  measure(): Promise<Sample>;
}

/**
 * A B C, A B C, …: each round measures everybody once, so that whatever changes on the machine meanwhile is shared. A first
 * round of everybody warms up and is thrown away. Returns the samples of each contestant, in the order of the rounds.
 */
export async function runRounds(
  contestants: readonly Measurable[],
  options: { rounds: number; onRound?: (name: string, round: number) => void },
): Promise<Map<string, Sample[]>> {
  const samples = new Map<string, Sample[]>(contestants.map(({ name }) => [name, []]));
  if (samples.size !== contestants.length) throw new Error('Two contestants of a line have the same name');
  for (let round = 0; round <= options.rounds; round += 1) {
    for (const { name, measure } of contestants) {
      options.onRound?.(name, round);
      const sample = await measure();
      if (round > 0) samples.get(name)!.push(sample);
    }
  }
  return samples;
}
