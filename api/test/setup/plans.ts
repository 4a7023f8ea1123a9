import type { Machine } from '../../src/domains/context.ts';

import type { SqlClient } from '../../src/platform/database.ts';

export interface Statement {
  text: string;
  values: unknown[];
}

/** What `work` sends to the database. */
export async function statementsOf(machine: Machine, work: () => Promise<unknown>): Promise<Statement[]> {
  const sent: Statement[] = [];
  const query = machine.sql.query;
  machine.sql.query = ((...args: [string | Statement, unknown[]?]) => {
    const [first, values] = args;
    sent.push(
      typeof first === 'string'
        ? { text: first, values: values ?? [] }
        : { text: first.text, values: first.values ?? values ?? [] },
    );
    return (query as (...all: unknown[]) => unknown).apply(machine.sql, args);
  }) as never;
  try {
    await work();
  } finally {
    machine.sql.query = query;
  }
  return sent;
}

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: PlanNode[];
}

/** How many rows of each table PostgreSQL looks at to answer a statement, whatever it gives of them. */
export async function rowsLookedAt(
  sql: Pick<SqlClient, 'query'>,
  statement: Statement,
): Promise<Map<string, number>> {
  const { rows } = await sql.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
    `EXPLAIN (ANALYZE, TIMING OFF, BUFFERS OFF, FORMAT JSON) ${statement.text}`,
    statement.values,
  );
  const looked = new Map<string, number>();
  const walk = (node: PlanNode): void => {
    const table = node['Relation Name'];
    if (table !== undefined) {
      const each =
        node['Actual Rows'] +
        (node['Rows Removed by Filter'] ?? 0) +
        (node['Rows Removed by Index Recheck'] ?? 0);
      looked.set(table, (looked.get(table) ?? 0) + each * node['Actual Loops']);
    }
    node.Plans?.forEach(walk);
  };
  walk(rows[0]!['QUERY PLAN'][0].Plan);
  return looked;
}
