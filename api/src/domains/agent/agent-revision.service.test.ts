import { describe, expect, it } from 'vitest';
import { openTestMachine } from '../../../test/setup/machine.ts';
import { execute } from '../../../test/setup/graphql.ts';
import { seedMember, seedViewer } from '../../../test/setup/run.ts';
import { contextOf } from '../context.ts';
import { globalId } from '../../graphql/ids.ts';
import { createModelProvider, deleteModelProvider } from '../model/model.service.ts';
import { createServer } from '../server/server.service.ts';
import { removeToolPermission, setToolPermission } from '../tool/tool-permission.service.ts';
import { restoreRevision } from './agent-revision.service.ts';
import { createAgent, updateAgent } from './agent.service.ts';

const { machine } = await openTestMachine();

async function open() {
  const ctx = contextOf(machine, await seedViewer(machine));
  const server = await createServer(ctx, { name: 'Sim', protocol: 'SIMULATION' });
  const { id } = await createAgent(ctx, {
    name: 'A',
    role: 'WORKER',
    serverId: server.id,
    systemPrompt: 'First.',
    maxSteps: 7,
  });
  return { ctx, id, serverId: server.id };
}

const row = (id: string) => machine.db.agent.findUniqueOrThrow({ where: { id } });
const revisions = (agentId: string) =>
  machine.db.agentRevision.findMany({ where: { agentId }, orderBy: { number: 'asc' } });

describe('[AGT-3] revisions', () => {
  it('[AGT-3] are made by changes of what decides a run, and by no others', async () => {
    const { ctx, id } = await open();
    await updateAgent(ctx, { id, input: { name: 'B', description: 'D', role: 'SUPERVISOR' } });
    await updateAgent(ctx, { id, input: { systemPrompt: 'First.', maxSteps: 7 } });
    expect((await row(id)).revision).toBe(1);
    const changes = [
      { systemPrompt: 'Second.' },
      { model: 'm' },
      { maxTokens: 9 },
      { capabilities: ['a,b'] },
      { capabilities: ['a', 'b'] },
    ];
    for (const input of changes) await updateAgent(ctx, { id, input });
    expect((await row(id)).revision).toBe(6);
    const all = await revisions(id);
    expect(all.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(all.map(({ createdById }) => createdById)).toEqual(Array(6).fill(ctx.viewer!.userId));
    expect(all[0]!.snapshot).toMatchObject({ systemPrompt: 'First.', maxSteps: 7 });
    expect(all[5]!.snapshot).toMatchObject({ systemPrompt: 'Second.', capabilities: ['a', 'b'] });
  });

  it('[AGT-3] keep the tool permissions', async () => {
    const { ctx, id, serverId } = await open();
    const { organizationId } = ctx.viewer!;
    const tool = await machine.db.toolDefinition.create({
      data: { organizationId, serverId, kind: 'MCP', name: 'read' },
    });
    await setToolPermission(ctx, { agentId: id, toolId: tool.id, input: { effect: 'ASK' } });
    await removeToolPermission(ctx, { agentId: id, toolId: tool.id });
    const all = await revisions(id);
    expect(all.map(({ note }) => note)).toEqual(['Created.', 'read: ASK.', 'read: permission removed.']);
    expect(all[1]!.snapshot).toMatchObject({ permissions: [{ toolName: 'read', effect: 'ASK' }] });
    expect(all[2]!.snapshot).toMatchObject({ permissions: [] });

    const operator = await seedMember(machine, organizationId, 'OPERATOR');
    const { data } = await execute(
      machine,
      operator,
      `query ($id: ID!) { agent(id: $id) { revisions(first: 2) { totalCount edges { node { number createdBy { id } snapshot } } } } }`,
      { id: globalId('Agent', id) },
    );
    expect(data['agent'].revisions.totalCount).toBe(3);
    expect(
      data['agent'].revisions.edges.map(({ node }: { node: { number: number } }) => node.number),
    ).toEqual([3, 2]);
    expect(data['agent'].revisions.edges[1].node.snapshot.permissions[0].toolId).toBe(
      globalId('ToolDefinition', tool.id),
    );
  });

  it('[AGT-3] can be restored, as a new revision', async () => {
    const { ctx, id } = await open();
    await updateAgent(ctx, { id, input: { systemPrompt: 'Second.', maxSteps: 50, model: 'm' } });
    await restoreRevision(ctx, { id, number: 1 });
    expect(await row(id)).toMatchObject({ systemPrompt: 'First.', maxSteps: 7, model: null, revision: 3 });
    expect((await revisions(id))[2]).toMatchObject({ note: 'Restored from revision 1.' });
    await expect(restoreRevision(ctx, { id, number: 9 })).rejects.toMatchObject({
      argumentPath: ['input', 'number'],
    });
  });

  it('[AGT-3] cannot be restored with a model provider that is gone', async () => {
    const { ctx, id } = await open();
    const provider = await createModelProvider(ctx, {
      name: 'S',
      kind: 'SIMULATED',
      defaultModel: 'simulated',
    });
    await updateAgent(ctx, { id, input: { modelProviderId: provider.id } });
    await updateAgent(ctx, { id, input: { modelProviderId: null } });
    await deleteModelProvider(ctx, provider);
    await expect(restoreRevision(ctx, { id, number: 2 })).rejects.toThrow('was deleted');
  });

  it('[AGT-3] number without gap or duplicate when changes come at once', async () => {
    const { ctx, id } = await open();
    await Promise.all(
      Array.from({ length: 5 }, (_, index) =>
        updateAgent(ctx, { id, input: { systemPrompt: `Prompt ${index}.` } }),
      ),
    );
    expect((await revisions(id)).map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6]);
    const last = (await revisions(id))[5]!.snapshot as { systemPrompt: string };
    expect((await row(id)).systemPrompt).toBe(last.systemPrompt);
  });
});
