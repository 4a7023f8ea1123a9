import type { ExecutionResult } from 'graphql';

type Answers = readonly ExecutionResult[];

const cursors = new WeakMap<Answers, (index: number) => string>();

/** Notes where a stream stands with each answer of a page: it is the same for all who are sent the page. */
export const noteCursors = (page: Answers, cursorAt: (index: number) => string): void => {
  if (!cursors.has(page)) cursors.set(page, cursorAt);
};

/** Null for answers that do not come in pages; see StreamPosition. */
export const cursorAt = (page: Answers, index: number): string | null => cursors.get(page)?.(index) ?? null;
