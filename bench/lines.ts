import type { Line, Missing } from './harness/line.ts';
import { listQuery } from './lines/list-query.ts';

/** Everything that is measured, in the order of the table. */
export const LINES: readonly (Line | Missing)[] = [listQuery];
