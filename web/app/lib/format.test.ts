// @vitest-environment node
import { afterEach, describe, expect, it, vi } from 'vitest';
import { formatExactTime, formatMoney } from './format.ts';

afterEach(() => vi.restoreAllMocks());

describe('how values are written', () => {
  it('[WEB-2] makes a formatter once, and not for each cell', () => {
    const NumberFormat = Intl.NumberFormat;
    const numbers = vi.spyOn(Intl, 'NumberFormat').mockImplementation(function (...options) {
      return new NumberFormat(...options);
    });
    const dates = vi.spyOn(Intl, 'DateTimeFormat');
    for (let cell = 0; cell < 10; cell += 1) {
      formatMoney({ amount: '1.5', currency: 'CHF' });
      formatMoney({ amount: '0.0015', currency: 'CHF' });
      formatExactTime(cell);
    }
    expect(numbers).toHaveBeenCalledTimes(2);
    expect(dates).not.toHaveBeenCalled();
  });

  it('[WEB-2] keeps the first digits of small amounts', () => {
    expect(formatMoney({ amount: '0.001234', currency: 'EUR' })).toBe('€0.0012');
    expect(formatMoney({ amount: '12.345', currency: 'USD' })).toBe('$12.35');
  });
});
