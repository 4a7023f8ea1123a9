import type { Machine } from '../../src/domains/context.ts';

/** How many rows of each table a long history has: so many that looking at all of them shows. */
const LONG = 6_000;
/** And of what an organization sets up. */
export const MANY = 2_000;

/** Of each table, what is different in the `n`th copy of a row, as SQL. */
const COPIES: readonly { table: string; count: number; differs: string }[] = [
  {
    table: 'User',
    count: MANY,
    differs: `'email', 'member' || n || '@example.com', 'name', 'Member ' || n, 'role', 'USER'`,
  },
  { table: 'ModelProvider', count: MANY, differs: `'name', 'Provider ' || n` },
  { table: 'ServerConfiguration', count: MANY, differs: `'slug', 'server-' || n, 'name', 'Server ' || n` },
  { table: 'Agent', count: MANY, differs: `'name', 'Agent ' || n` },
  { table: 'AgentRevision', count: MANY, differs: `'number', 1000 + n` },
  { table: 'ToolDefinition', count: MANY, differs: `'name', 'Tool ' || n` },
  { table: 'Task', count: MANY, differs: `'title', 'Task ' || n` },
  {
    table: 'TaskExecution',
    count: LONG,
    differs: `'prompt', 'Answer letter number ' || n || '.', 'status', 'COMPLETED', 'agentSlot', null, 'organizationSlot', null`,
  },
  {
    table: 'AuditEntry',
    count: LONG,
    differs: `'number', 1000 + n, 'occurredAt', now() - (30000 - n) * interval '1 minute'`,
  },
];

/** Copies the rows that an organization has, which differ in name and age, until its lists are long. */
export async function growHistory(machine: Machine, organizationId: string): Promise<void> {
  for (const { table, count, differs } of COPIES) {
    const created = table === 'AuditEntry' ? '' : `, 'createdAt', now() - n * interval '1 minute'`;
    await machine.sql.query(
      `INSERT INTO "${table}"
       SELECT copy.* FROM (SELECT * FROM "${table}" WHERE "organizationId" = $1 ORDER BY "id" DESC LIMIT 1) original,
         generate_series(1, $2::int) n,
         jsonb_populate_record(NULL::"${table}",
           to_jsonb(original) || jsonb_build_object('id', gen_random_uuid(), ${differs}${created})) copy`,
      [organizationId, count],
    );
  }
  await machine.sql.query(
    `INSERT INTO "ServerTool"
     SELECT copy.* FROM (SELECT * FROM "ServerTool" WHERE "organizationId" = $1 LIMIT 1) original,
       "ToolDefinition" tool,
       jsonb_populate_record(NULL::"ServerTool", to_jsonb(original) ||
         jsonb_build_object('id', gen_random_uuid(), 'toolId', tool."id", 'createdAt', tool."createdAt")) copy
     WHERE tool."organizationId" = $1 AND tool."id" <> original."toolId"`,
    [organizationId],
  );
  // As the database does by itself in time: what was just written is put into the indexes, and counted.
  await machine.sql.query('VACUUM (ANALYZE)');
}
