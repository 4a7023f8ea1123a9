import type { Line, Missing } from './harness/line.ts';
import { append } from './lines/append.ts';
import { authentication } from './lines/authentication.ts';
import { fanOut } from './lines/fan-out.ts';
import { growth, history } from './lines/growth.ts';
import { listQuery } from './lines/list-query.ts';
import { page } from './lines/page.ts';
import { queueLine } from './lines/queue.ts';
import { firstToken, shortRuns } from './lines/runs.ts';
import { replay } from './lines/replay.ts';
import { start } from './lines/start.ts';
import { watcherMemory } from './lines/watcher-memory.ts';

/** Everything that is measured, in the order of the table. */
export const LINES: readonly (Line | Missing)[] = [
  listQuery,
  history,
  fanOut,
  replay,
  watcherMemory,
  queueLine,
  append,
  firstToken,
  shortRuns,
  page,
  authentication,
  growth,
  start,
];
