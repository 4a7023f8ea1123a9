import { describe, expect, it } from 'vitest';
import { openTestMachine } from '../../../test/setup/machine.ts';
import { seedViewer } from '../../../test/setup/run.ts';
import { contextOf } from '../context.ts';
import { createAgent } from '../agent/agent.service.ts';
import { createServer } from '../server/server.service.ts';
import { providerForRun } from './model-endpoint.ts';
import { createModelProvider, deleteModelProvider, updateModelProvider } from './model.service.ts';

const { machine } = await openTestMachine();

const open = async () => contextOf(machine, await seedViewer(machine));
const row = (id: string) => machine.db.modelProvider.findUniqueOrThrow({ where: { id } });
const issuePath = (path: string[]) =>
  expect.objectContaining({ argumentPath: ['input', ...path], code: 'BAD_USER_INPUT' });

const KEY = 'sk-test-0123456789';
const COMPATIBLE = {
  name: 'Local',
  kind: 'OPENAI_COMPATIBLE' as const,
  baseUrl: 'http://127.0.0.1:1/v1',
  defaultModel: 'llama',
};

describe('model providers', () => {
  it('[EXE-11] keeps its key sealed, and gives it to runs alone', async () => {
    const ctx = await open();
    const { id } = await createModelProvider(ctx, {
      ...COMPATIBLE,
      apiKey: KEY,
      inputTokenPrice: '3.5',
      outputTokenPrice: '15',
    });
    const stored = await row(id);
    expect(stored.apiKeyHint).toBe('6789');
    expect(stored.apiKey).not.toContain('0123456789');
    const { organizationId } = ctx.viewer!;
    expect(stored.organizationId).toBe(organizationId);
    expect(providerForRun(machine, stored)).toMatchObject({
      endpoint: { apiKey: KEY, baseUrl: COMPATIBLE.baseUrl },
      prices: { input: 3.5, output: 15 },
    });
  });

  it.each([
    [{ kind: 'ANTHROPIC', baseUrl: null }, ['apiKey']],
    [{ kind: 'OPENAI', baseUrl: null, apiKey: null }, ['apiKey']],
    [{ baseUrl: null }, ['baseUrl']],
    [{ kind: 'SIMULATED' }, ['baseUrl']],
    [{ kind: 'SIMULATED', baseUrl: null, apiKey: KEY }, ['apiKey']],
    [{ baseUrl: 'file:///etc/passwd' }, ['baseUrl']],
    [{ apiKey: 'two words' }, ['apiKey']],
    [{ inputTokenPrice: '-1' }, ['inputTokenPrice']],
    [{ outputTokenPrice: '1234567' }, ['outputTokenPrice']],
  ])('[EXE-11] refuses %j', async (change, path) => {
    await expect(createModelProvider(await open(), { ...COMPATIBLE, ...(change as object) })).rejects.toEqual(
      issuePath(path),
    );
  });

  it('[SRV-5] refuses a private endpoint unless the operator allows it', async () => {
    const ctx = await open();
    const guarded = { ...ctx, settings: { ...ctx.settings, allowPrivateNetwork: false } };
    await expect(createModelProvider(guarded, COMPATIBLE)).rejects.toEqual(issuePath(['baseUrl']));
  });

  it('[AUTH-5] never sends the stored key to another host than it was entered for', async () => {
    const ctx = await open();
    const { id } = await createModelProvider(ctx, { ...COMPATIBLE, apiKey: KEY });
    const moved = { baseUrl: 'http://127.0.0.2:1/v1' };
    await expect(updateModelProvider(ctx, { id, input: moved })).rejects.toEqual(issuePath(['apiKey']));
    await updateModelProvider(ctx, { id, input: { baseUrl: 'http://127.0.0.1:1/v2' } });
    expect((await row(id)).apiKeyHint).toBe('6789');
    await updateModelProvider(ctx, { id, input: { ...moved, apiKey: null } });
    expect(await row(id)).toMatchObject({ ...moved, apiKey: null, apiKeyHint: null });
  });

  it('[EXE-11] leaves what is absent unchanged, and clears what is null where that may be', async () => {
    const ctx = await open();
    const { id } = await createModelProvider(ctx, {
      ...COMPATIBLE,
      inputTokenPrice: '1',
      outputTokenPrice: '2',
    });
    await updateModelProvider(ctx, { id, input: { inputTokenPrice: null, defaultModel: 'qwen' } });
    const after = await row(id);
    expect(after).toMatchObject({ inputTokenPrice: null, defaultModel: 'qwen', name: 'Local' });
    expect(after.outputTokenPrice?.toString()).toBe('2');
    await expect(updateModelProvider(ctx, { id, input: { baseUrl: null } })).rejects.toEqual(
      issuePath(['baseUrl']),
    );
    await expect(updateModelProvider(ctx, { id, input: { name: null } })).rejects.toEqual(
      issuePath(['name']),
    );
  });

  it('[EXE-11] has a name that is unique in its organization, and only there', async () => {
    const [ctx, other] = [await open(), await open()];
    await createModelProvider(ctx, COMPATIBLE);
    await createModelProvider(other, COMPATIBLE);
    const taken = expect.objectContaining({ code: 'CONFLICT', argumentPath: ['input', 'name'] });
    await expect(createModelProvider(ctx, COMPATIBLE)).rejects.toEqual(taken);
    const { id } = await createModelProvider(ctx, { ...COMPATIBLE, name: 'Second' });
    await expect(updateModelProvider(ctx, { id, input: { name: 'Local' } })).rejects.toEqual(taken);
  });

  it('[EXE-11] cannot be deleted while an agent uses it; an archived one does not count', async () => {
    const ctx = await open();
    const { id } = await createModelProvider(ctx, COMPATIBLE);
    const server = await createServer(ctx, { name: 'Sim', protocol: 'SIMULATION' });
    const agent = await createAgent(ctx, {
      name: 'A',
      role: 'WORKER',
      serverId: server.id,
      modelProviderId: id,
    });
    await expect(deleteModelProvider(ctx, { id })).rejects.toThrow('1 agent uses this model provider');
    await machine.db.agent.update({ where: { id: agent.id }, data: { archivedAt: new Date() } });
    await deleteModelProvider(ctx, { id });
    expect(await machine.db.modelProvider.count({ where: { id } })).toBe(0);
  });
});
