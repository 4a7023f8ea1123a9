import { describe, expect, it } from 'vitest';
import { codesOf, execute } from '../../test/setup/graphql.ts';
import { openTestMachine } from '../../test/setup/machine.ts';
import { seedRun } from '../../test/setup/run.ts';
import { contextOf } from './context.ts';
import { executionListing } from './execution/execution.list.ts';

const { machine } = await openTestMachine();
const { viewer, agentId } = await seedRun(
  machine,
  `Take 100% of [A_B] and c:\\temp. ${'-'.repeat(1_000)} the end`,
);

const ctx = contextOf(machine, viewer);
const runsWith = (condition: object) =>
  execute(
    machine,
    viewer,
    'query ($prompt: StringFilter) { executions(filter: { prompt: $prompt }) { totalCount } }',
    { prompt: condition },
  );
const countRunsWith = async (condition: object): Promise<number> => {
  const { data, errors } = await runsWith(condition);
  expect(errors).toEqual([]);
  return data['executions'].totalCount as number;
};

describe('A condition on a text', () => {
  it('[API-1] finds a text anywhere or at the beginning, in either case', async () => {
    expect(await countRunsWith({ contains: '100% OF [a_b' })).toBe(1);
    expect(await countRunsWith({ startsWith: 'TAKE' })).toBe(1);
    expect(await countRunsWith({ startsWith: 'temp' })).toBe(0);
    expect(await countRunsWith({ contains: 'take', startsWith: 'nothing' })).toBe(0);
    expect(await countRunsWith({ in: [] })).toBe(0);
    expect(await executionListing.count(ctx, { filter: { prompt: { in: [] } } })).toMatchObject({
      totalCount: 0,
    });
  });

  it.each(['Agen%', 'Agen_', 'Agent\\', '%'])('[API-1] takes every sign for itself: %s', async (sign) => {
    const name = `an ${sign} agent`;
    await machine.db.agent.update({ where: { id: agentId }, data: { name } });
    const countOf = async (condition: object) => {
      const { data, errors } = await execute(
        machine,
        viewer,
        'query ($name: StringFilter) { agents(filter: { name: $name }) { totalCount } }',
        { name: condition },
      );
      expect(errors).toEqual([]);
      return data['agents'].totalCount as number;
    };
    for (const condition of [{ equals: name.toUpperCase() }, { in: ['x', name] }, { contains: sign }])
      expect(await countOf(condition), JSON.stringify(condition)).toBe(1);
    await machine.db.agent.update({ where: { id: agentId }, data: { name: 'an Agents agent' } });
    for (const condition of [{ equals: name }, { in: [name] }, { contains: sign }])
      expect(await countOf(condition), JSON.stringify(condition)).toBe(0);
  });

  it.each([{ contains: 'to' }, { startsWith: 'T' }, { contains: '!!!' }, { contains: 'a b c' }])(
    '[API-1] of a history is refused when it is found everywhere: %j',
    async (condition) => {
      const { errors } = await runsWith(condition);
      expect(codesOf(errors)).toEqual(['BAD_USER_INPUT']);
      const within = await execute(
        machine,
        viewer,
        'query ($prompt: StringFilter) { agents { edges { node { executions(filter: { prompt: $prompt }) { totalCount } } } } }',
        { prompt: condition },
      );
      expect(codesOf(within.errors)).toEqual(['BAD_USER_INPUT']);
    },
  );

  it('[API-1] compares the beginning of a prompt, which goes with its run', async () => {
    expect(await countRunsWith({ contains: 'the end' })).toBe(0);
    const { rows } = await machine.sql.query(
      'SELECT length("text") AS length FROM "ExecutionSearchText" WHERE "organizationId" = $1',
      [viewer.organizationId],
    );
    expect(rows).toEqual([{ length: 1_000 }]);
  });
});
