import { beforeAll, describe, expect, it } from 'vitest';
import { codesOf, execute } from '../../../test/setup/graphql.ts';
import { type Estate, seedEstate } from '../../../test/setup/estate.ts';
import { openTestMachine } from '../../../test/setup/machine.ts';
import { seedViewer } from '../../../test/setup/run.ts';

const { machine } = await openTestMachine();
const viewer = await seedViewer(machine);
let estate: Estate;
beforeAll(async () => {
  estate = await seedEstate(machine, viewer, 'own');
  await machine.db.serverTool.updateMany({ data: { pinnedHash: 'a', seenHash: 'a' } });
});

const explain = async (args: object, permission?: object) => {
  const { data, errors } = await execute(
    machine,
    viewer,
    `query ($agentId: ID!, $serverToolId: ID!, $arguments: JSONObject, $permission: ToolAccessPermissionInput) {
       explainToolAccess(agentId: $agentId, serverToolId: $serverToolId, arguments: $arguments, permission: $permission) {
         effect rule toolName } }`,
    { agentId: estate['Agent'], serverToolId: estate['ServerTool'], arguments: args, permission },
  );
  return { access: data?.['explainToolAccess'] as { effect: string; rule: string }, codes: codesOf(errors) };
};

describe('what the gate would say', () => {
  it('[TOOL-5] is said of the permission that the agent has', async () => {
    expect((await explain({})).access).toEqual({
      effect: 'ASK',
      rule: 'The permission asks a person before each call.',
      toolName: 'own-tool',
    });
  });

  it('[TOOL-5] is said of one that nobody has saved, by the rule that decides', async () => {
    const only = { effect: 'ALLOW', allowedPatterns: ['git log **'], blockedPatterns: ['git push **'] };
    const rules = await Promise.all(
      ['git log -1', 'git push', 'git status'].map(
        async (command) => (await explain({ command }, only)).access,
      ),
    );
    expect(rules).toMatchObject([
      { effect: 'ALLOW', rule: 'The permission allows the command by the pattern git log **.' },
      { effect: 'DENY', rule: 'The permission blocks the command by the pattern git push **.' },
      { effect: 'ASK', rule: 'No pattern of the permission allows this command.' },
    ]);
    expect((await explain({}, { effect: 'DENY' })).access.effect).toBe('DENY');
  });

  it('[TOOL-5] is not said of a permission that could not be saved', async () => {
    expect((await explain({}, { effect: 'ALLOW', allowedPatterns: ['a; b'] })).codes).toEqual([
      'BAD_USER_INPUT',
    ]);
  });

  it('[TOOL-5] knows what the agent and the tool are by now', async () => {
    await machine.db.serverTool.updateMany({ data: { seenHash: 'b', status: 'DRIFTED' } });
    expect((await explain({}, { effect: 'ALLOW' })).access.rule).toContain('has changed since');
  });
});
