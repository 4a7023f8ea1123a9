import { expect, it } from 'vitest';
import { describeStatements, parseLog } from './statements.ts';

const LOG = `3/7|LOG:  statement: BEGIN
3/7|LOG:  execute <unnamed>: SELECT "id"
\tFROM "Agent"
3/7|DETAIL:  parameters: $1 = 'x'
3/7|LOG:  execute read-log: SELECT 1
3/7|LOG:  statement: COMMIT
4/1|LOG:  statement: SELECT 1
|LOG:  checkpoint starting: time
`;

it('reads statements and transactions from the log of PostgreSQL', () => {
  const found = parseLog(LOG);
  expect(found).toEqual({ texts: ['SELECT "id" FROM "Agent"', 'SELECT 1', 'SELECT 1'], transactions: 2 });
  expect(describeStatements(found, 2)).toBe('  1.00  SELECT 1\n  0.50  SELECT "id" FROM "Agent"');
});
