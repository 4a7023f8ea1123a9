import { execute, parse } from 'graphql';
import { expect, it, vi } from 'vitest';
import { COUNT_LIMIT, MOST_COUNTED } from '../src/domains/capped-count.ts';
import { createCompiledQueries } from '../src/graphql/compiled-query.ts';
import { sizeOf } from '../src/graphql/operation-size.ts';
import { createSchema } from '../src/schema.ts';
import { contextOfViewer } from './setup/graphql.ts';
import { openTestMachine } from './setup/machine.ts';
import { seedSimulatedAgent, seedViewer } from './setup/run.ts';

/** Rows are counted no further than anybody reads, in every list, by whichever way it is answered. */
const { machine } = await openTestMachine();
const schema = createSchema();
const compiled = createCompiledQueries(schema);
const viewer = await seedViewer(machine);
const { agentId } = await seedSimulatedAgent(machine, viewer);

/** Agents of the one server, until there are so many. */
async function fillTo(size: number): Promise<void> {
  const there = await machine.db.agent.count({ where: { organizationId: viewer.organizationId } });
  await machine.sql.query(
    `INSERT INTO "Agent" ("id", "organizationId", "name", "role", "serverId", "updatedAt")
     SELECT gen_random_uuid(), "organizationId", 'Agent ' || n, "role", "serverId", now()
     FROM "Agent", generate_series(1, $2::int) n WHERE "id" = $1`,
    [agentId, size - there],
  );
}

const COUNTS = parse(`{
  agents(first: 1) { totalCount isCapped }
  servers { edges { node { agents(first: 1) { totalCount isCapped } workers: agents(filter: { role: { equals: WORKER } }) { isCapped } } } }
}`);

async function bothWays() {
  const ctx = contextOfViewer(machine, viewer);
  const asked = { schema, document: COUNTS, variableValues: {}, contextValue: ctx };
  ctx.rate.size = sizeOf(asked);
  const plain = await execute(asked);
  const fast = await compiled.answer({ document: COUNTS, variableValues: {}, ctx });
  return { plain: plainOf(plain), fast: plainOf(fast) };
}
const plainOf = (answer: unknown): unknown => JSON.parse(JSON.stringify(answer));

const answerOf = (totalCount: number, isCapped: boolean) => ({
  data: {
    agents: { totalCount, isCapped },
    servers: { edges: [{ node: { agents: { totalCount, isCapped }, workers: { isCapped } } }] },
  },
});

it('[API-1] a list is counted exactly up to 10,000 rows, and said to be longer beyond', async () => {
  await fillTo(MOST_COUNTED);
  const exact = answerOf(MOST_COUNTED, false);
  expect(await bothWays()).toEqual({ plain: exact, fast: exact });
  await fillTo(MOST_COUNTED + 5);
  const capped = answerOf(MOST_COUNTED, true);
  expect(await bothWays()).toEqual({ plain: capped, fast: capped });
});

it('[API-1] no statement counts without a limit, and lists within rows are counted together', async () => {
  const sent: string[] = [];
  const query = machine.sql.query.bind(machine.sql);
  const spy = vi.spyOn(machine.sql, 'query').mockImplementation(((
    statement: string | { text: string },
    values: unknown,
  ) => {
    sent.push(JSON.stringify([statement, values]));
    return query(statement as never, values as never);
  }) as never);
  await bothWays();
  spy.mockRestore();
  const counts = sent.filter((statement) => /count\(/i.test(statement));
  for (const statement of counts) {
    const limits = statement.match(/LIMIT (\$\d+|\d+)/g)?.length ?? 0;
    expect(limits, statement).toBeGreaterThanOrEqual(statement.match(/count\(/gi)!.length);
    expect(statement).toContain(String(COUNT_LIMIT));
  }
  // The list of the query, the two lists within servers, and all of it once more by one statement.
  expect(counts).toHaveLength(4);
});
