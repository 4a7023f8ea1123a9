import { describe, expect, it } from 'vitest';
import { runRounds } from './rounds.ts';

describe('Rounds of the bench', () => {
  it('measures everybody in turn, and throws the first round away', async () => {
    const order: string[] = [];
    const contestant = (name: string) => {
      let round = 0;
      return {
        name,
        measure: () => {
          order.push(name);
          return Promise.resolve({ round: round++ });
        },
      };
    };
    const samples = await runRounds([contestant('a'), contestant('b'), contestant('c')], { rounds: 2 });
    expect(order.join('')).toBe('abcabcabc');
    expect(samples.get('a')).toEqual([{ round: 1 }, { round: 2 }]);
    expect([...samples.keys()]).toEqual(['a', 'b', 'c']);
  });

  it('refuses two of one name, whose samples would be mixed', async () => {
    const one = { name: 'a', measure: () => Promise.resolve({}) };
    await expect(runRounds([one, one], { rounds: 1 })).rejects.toThrow('same name');
  });
});
