import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_DIR } from '../../scripts/launch/settings.ts';

/** A page of a long list, as the dashboard shows it. */
export const PAGE = `query Bench_Page($first: Int, $last: Int, $before: String, $filter: TaskExecutionFilter) {
  executions(first: $first, last: $last, before: $before, filter: $filter) {
    edges { cursor node { id status kind prompt createdAt agent { id name } } }
    pageInfo { hasNextPage endCursor }
  }
}`;
export const COUNTED_PAGE = PAGE.replace('Bench_Page', 'Bench_Counted_Page').replace(
  'edges {',
  'totalCount edges {',
);

/** An operation of the dashboard with the fragments that it needs, from its own files. */
export function documentOf(operation: string): string {
  const folder = join(PROJECT_DIR, 'web', 'app');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.graphql'))
    .map((file) => readFileSync(join(folder, file), 'utf8'));
  const found = files.find((text) => new RegExp(`^query ${operation}\\b`, 'm').test(text));
  if (!found) throw new Error(`The dashboard has no ${operation}`);
  const parts = new Map([[operation, found]]);
  // A Map also yields what is added while it is walked.
  for (const part of parts.values()) {
    for (const [, fragment] of part.matchAll(/\.\.\.(\w+_\w+)/g)) {
      const text = files.find((each) => each.includes(`fragment ${fragment} on `));
      if (text) parts.set(fragment!, text);
    }
  }
  return [...parts.values()].join('\n');
}
