import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { median, quantile, ratiosOf, spreadOf } from './statistics.ts';

describe('Statistics of the bench', () => {
  it('takes the middle, or the mean of the two in the middle', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([10, 9])).toBe(9.5);
    expect(median([])).toBeNaN();
  });

  it('sorts numbers as numbers, and leaves what it is given as it is', () => {
    const values = [100, 9, 20];
    expect(median(values)).toBe(20);
    expect(quantile(values, 1)).toBe(100);
    expect(values).toEqual([100, 9, 20]);
  });

  it('takes a quantile by the nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
    expect(quantile(hundred, 0.5)).toBe(50);
    expect(quantile(hundred, 0.99)).toBe(99);
    expect(quantile(hundred, 0)).toBe(1);
    expect(quantile([7], 0.99)).toBe(7);
    expect(quantile([], 0.5)).toBeNaN();
  });

  it('keeps every quantile among the values, and in order', () => {
    const values = fc.array(fc.double({ noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (all, share) => {
        const value = quantile(all, share);
        expect(all).toContain(value);
        expect(value).toBeLessThanOrEqual(quantile(all, 1));
        expect(value).toBeGreaterThanOrEqual(quantile(all, 0));
      }),
    );
  });

  it('tells the median with the least and the most', () => {
    expect(spreadOf([5, 1, 3])).toEqual({ median: 3, least: 1, most: 5 });
  });

  it('compares round with round, so that a loud round weighs on both', () => {
    expect(ratiosOf([10, 2, 30], [100, 20, 300])).toEqual([0.1, 0.1, 0.1]);
    expect(() => ratiosOf([1], [1, 2])).toThrow('Rounds do not match');
  });
});
