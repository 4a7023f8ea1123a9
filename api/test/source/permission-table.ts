import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Role } from '../../src/domains/policy.ts';
import { PROJECT_DIR } from './imports.ts';

/** What docs/permissions.md, the reviewed table, says of one noun. */
export interface ReviewedNoun {
  noun: string;
  rows: string;
  fields: Map<string, Role[]>;
  actions: Map<string, Role[]>;
}

export function readPermissionTable(): ReviewedNoun[] {
  const text = readFileSync(join(PROJECT_DIR, 'docs/permissions.md'), 'utf8');
  return text
    .split(/^## /m)
    .slice(1)
    .map((section) => ({
      noun: section.slice(0, section.indexOf('\n')),
      rows: /^Rows: (.*)\.$/m.exec(section)?.[1] ?? '',
      fields: readTable(section, 'Field'),
      actions: readTable(section, 'Action'),
    }));
}

/** Name → the roles that are ticked; empty when the section has no such table. */
function readTable(section: string, title: string): Map<string, Role[]> {
  const lines = section.split('\n');
  const start = lines.findIndex((line) => cellsOf(line)[0] === title);
  if (start < 0) return new Map();
  const roles = cellsOf(lines[start]!).slice(1) as Role[];
  const rows = lines.slice(start + 2);
  const end = rows.findIndex((line) => !line.startsWith('|'));
  return new Map(
    rows.slice(0, end < 0 ? rows.length : end).map((line) => {
      const [name = '', ...marks] = cellsOf(line);
      return [name, roles.filter((_role, index) => marks[index] === '✓')] as const;
    }),
  );
}

const cellsOf = (line: string): string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
