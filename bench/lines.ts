import type { Line, Missing } from './harness/line.ts';
import { fanOut } from './lines/fan-out.ts';
import { listQuery } from './lines/list-query.ts';
import { firstToken, shortRuns } from './lines/runs.ts';

/** Everything that is measured, in the order of the table. */
export const LINES: readonly (Line | Missing)[] = [listQuery, fanOut, firstToken, shortRuns];
