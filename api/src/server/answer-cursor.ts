import type { ExecutionResult } from 'graphql';

const cursors = new WeakMap<ExecutionResult, string>();

/** Notes where a stream stands with this answer: it is the same for all who are sent it. */
export const noteCursor = (answer: ExecutionResult, cursor: string): void => {
  cursors.set(answer, cursor);
};

/** Null for an answer that came one at a time; see StreamPosition. */
export const cursorOf = (answer: ExecutionResult): string | null => cursors.get(answer) ?? null;
