/**
 * How many rows a list has. Counting takes as long as there are rows, so it stops where nobody reads on: up to here it is
 * exact, and what is beyond is only known to be there.
 */
export const MOST_COUNTED = 10_000;

/** How many rows are looked for: one more tells whether the count was cut short. */
export const COUNT_LIMIT = MOST_COUNTED + 1;

export interface Count {
  totalCount: number;
  /** There are more than `totalCount`. */
  isCapped: boolean;
}

/** Of the rows that were found when no more than COUNT_LIMIT were looked for. */
export const countOf = (found: number): Count => ({
  totalCount: Math.min(found, MOST_COUNTED),
  isCapped: found > MOST_COUNTED,
});
