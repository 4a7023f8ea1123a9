import { describe, expect, it, vi } from 'vitest';
import { openTestMachine } from '../../../test/setup/machine.ts';
import { execute } from '../../../test/setup/graphql.ts';
import { seedViewer } from '../../../test/setup/run.ts';
import { ConflictError, PlanLimitError } from '../../platform/errors.ts';
import { contextOf, type ServiceContext } from '../context.ts';
import { runAgent } from '../execution/execution.service.ts';
import { createModelProvider } from '../model/model.service.ts';
import { createServer } from '../server/server.service.ts';
import { createTask } from '../task/task.service.ts';
import { activateAgent, deactivateAgent, validateAgent } from './agent.lifecycle.ts';
import { agentListing } from './agent.list.ts';
import { createAgent, deleteAgent, updateAgent } from './agent.service.ts';

const { machine } = await openTestMachine();

type Role = 'MASTER' | 'SUPERVISOR' | 'WORKER';

/** An organization with a simulation server, and a short way to make agents on it. */
async function open() {
  const ctx = contextOf(machine, await seedViewer(machine));
  const server = await createServer(ctx, { name: 'Sim', protocol: 'SIMULATION' });
  const add = async (role: Role, input: object = {}) =>
    (await createAgent(ctx, { name: role, role, serverId: server.id, ...input })).id;
  return { ctx, serverId: server.id, add };
}

/** A server that needs a model provider. It is never contacted with success. */
const addMcpServer = (ctx: ServiceContext) =>
  createServer(ctx, { name: 'MCP', protocol: 'MCP', url: 'http://127.0.0.1:1/mcp' });

/** As after a test of the connection that went well. */
const answerAgain = (id: string) =>
  machine.db.serverConfiguration.update({ where: { id }, data: { status: 'ONLINE', statusReason: null } });

const row = (id: string) => machine.db.agent.findUniqueOrThrow({ where: { id } });
const issuePath = (path: string[]) =>
  expect.objectContaining({ argumentPath: ['input', ...path], code: 'BAD_USER_INPUT' });

describe('[AGT-1] create, update, delete', () => {
  it('[AGT-1] starts unvalidated with its first revision', async () => {
    const { ctx, add } = await open();
    const id = await add('WORKER', { capabilities: [' writing', 'writing'] });
    expect(await row(id)).toMatchObject({
      state: 'PENDING_VALIDATION',
      revision: 1,
      capabilities: ['writing'],
      maxSteps: 25,
      createdById: ctx.viewer!.userId,
    });
    await expect(runAgent(ctx, { agentId: id, prompt: 'Hi' })).rejects.toMatchObject({
      code: 'AGENT_UNAVAILABLE',
    });
  });

  it.each([
    [['name'], { name: '' }],
    [['maxConcurrency'], { maxConcurrency: 51 }],
    [['maxConcurrency'], { maxConcurrency: 0 }],
    [['maxSteps'], { maxSteps: 201 }],
    [['maxDurationMs'], { maxDurationMs: 999 }],
    [['maxDurationMs'], { maxDurationMs: 24 * 60 * 60 * 1000 + 1 }],
    [['maxTokens'], { maxTokens: 0 }],
    [['systemPrompt'], { systemPrompt: 'x'.repeat(100_001) }],
    [['capabilities', '0'], { capabilities: [' '] }],
  ])('[AGT-4] refuses a value out of range: %j', async (path, input) => {
    const { ctx, add } = await open();
    await expect(add('WORKER', input)).rejects.toEqual(issuePath(path));
    const id = await add('WORKER');
    await expect(updateAgent(ctx, { id, input })).rejects.toEqual(issuePath(path));
  });

  it('[AGT-1] leaves what is absent unchanged and clears what is null', async () => {
    const { ctx, add } = await open();
    const { id: modelProviderId } = await createModelProvider(ctx, {
      name: 'Simulated',
      kind: 'SIMULATED',
      defaultModel: 'simulated',
    });
    const full = {
      description: 'D',
      systemPrompt: 'P',
      model: 'M',
      modelProviderId,
      maxTokens: 5,
      capabilities: ['c'],
    };
    const supervisorId = await add('MASTER');
    const id = await add('WORKER', { ...full, supervisorId });
    await updateAgent(ctx, { id, input: { name: 'Renamed' } });
    expect(await row(id)).toMatchObject({ ...full, supervisorId, name: 'Renamed' });
    const cleared = {
      description: '',
      systemPrompt: '',
      model: null,
      modelProviderId: null,
      maxTokens: null,
      capabilities: [],
    };
    const input = Object.fromEntries([...Object.keys(cleared), 'supervisorId'].map((key) => [key, null]));
    await updateAgent(ctx, { id, input });
    expect(await row(id)).toMatchObject({ ...cleared, supervisorId: null });
  });

  it('[AGT-1] needs a model provider before it is validated, unless its server is simulated', async () => {
    const { ctx, add } = await open();
    const { id: serverId } = await addMcpServer(ctx);
    const id = await add('WORKER', { serverId });
    await expect(validateAgent(ctx, { id })).rejects.toMatchObject({ code: 'AGENT_UNAVAILABLE' });
    const provider = await createModelProvider(ctx, {
      name: 'Sim',
      kind: 'SIMULATED',
      defaultModel: 'simulated',
    });
    await updateAgent(ctx, { id, input: { modelProviderId: provider.id } });
    await answerAgain(serverId);
    await validateAgent(ctx, { id });
    await expect(updateAgent(ctx, { id, input: { modelProviderId: null } })).rejects.toEqual(
      issuePath(['modelProviderId']),
    );
  });

  it('[AGT-1] is not validated before its server has answered', async () => {
    const { ctx, add } = await open();
    const { id: serverId } = await addMcpServer(ctx);
    const { id: modelProviderId } = await createModelProvider(ctx, {
      name: 'Sim',
      kind: 'SIMULATED',
      defaultModel: 'simulated',
    });
    const id = await add('WORKER', { serverId, modelProviderId });
    await expect(validateAgent(ctx, { id })).rejects.toMatchObject({
      code: 'AGENT_UNAVAILABLE',
      message: expect.stringContaining('“MCP” was not reachable'),
    });
    await machine.db.serverConfiguration.update({ where: { id: serverId }, data: { status: 'UNKNOWN' } });
    await expect(validateAgent(ctx, { id })).rejects.toMatchObject({ code: 'AGENT_UNAVAILABLE' });
    expect((await row(id)).state).toBe('PENDING_VALIDATION');
    await answerAgain(serverId);
    await validateAgent(ctx, { id });
    expect((await row(id)).state).toBe('ACTIVE');
  });

  it('[ORG-3] counts agents in use against the plan', async () => {
    const { ctx, add } = await open();
    await machine.db.organization.update({
      where: { id: ctx.viewer!.organizationId },
      data: { plan: 'FREE' },
    });
    const outcomes = await Promise.allSettled(Array.from({ length: 12 }, () => add('WORKER')));
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(2);
    expect(refused[0]).toMatchObject({ reason: expect.any(PlanLimitError) });
  });

  it('[AGT-1] deletes one that never ran, and leaves its tasks without an agent', async () => {
    const { ctx, add } = await open();
    const id = await add('WORKER');
    const task = await createTask(ctx, { title: 'T', prompt: 'P', agentId: id });
    await deleteAgent(ctx, { id });
    expect(await machine.db.agent.findUnique({ where: { id } })).toBeNull();
    expect(await machine.db.task.findUnique({ where: { id: task.id } })).toMatchObject({ agentId: null });
  });

  it('[AGT-1] archives one that ran, once its runs have ended and nobody reports to it', async () => {
    const { ctx, add } = await open();
    const id = await add('MASTER');
    const reportId = await add('WORKER', { supervisorId: id });
    await validateAgent(ctx, { id });
    const { executionId } = await runAgent(ctx, { agentId: id, prompt: 'Hi' });
    await expect(deleteAgent(ctx, { id })).rejects.toThrow('1 agent reports to this one');
    await deleteAgent(ctx, { id: reportId });
    await expect(deleteAgent(ctx, { id })).rejects.toThrow('1 run that has not ended');
    await machine.db.taskExecution.update({ where: { id: executionId }, data: { status: 'COMPLETED' } });
    await deleteAgent(ctx, { id });
    expect(await row(id)).toMatchObject({ state: 'INACTIVE', archivedAt: expect.any(Date) });
    expect(await agentListing.count(ctx, {})).toMatchObject({ totalCount: 0 });
    expect(await agentListing.count(ctx, { filter: { includeArchived: true } })).toMatchObject({
      totalCount: 1,
    });
    const archived = expect.objectContaining({ code: 'ARCHIVED' });
    await expect(updateAgent(ctx, { id, input: { name: 'N' } })).rejects.toEqual(archived);
    await expect(activateAgent(ctx, { id })).rejects.toEqual(archived);
    await expect(add('WORKER', { supervisorId: id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('[AGT-1] states', () => {
  it('[AGT-1] moves along the allowed ways only', async () => {
    const { ctx, add } = await open();
    const id = await add('WORKER');
    const state = async () => (await row(id)).state;
    await expect(activateAgent(ctx, { id })).rejects.toThrow('Validate it first');
    await expect(deactivateAgent(ctx, { id, reason: null })).rejects.toBeInstanceOf(ConflictError);
    await validateAgent(ctx, { id });
    await validateAgent(ctx, { id });
    expect(await state()).toBe('ACTIVE');
    await activateAgent(ctx, { id });
    await deactivateAgent(ctx, { id, reason: ' Costs too much. ' });
    expect(await row(id)).toMatchObject({ state: 'INACTIVE', stateReason: 'Costs too much.' });
    await expect(runAgent(ctx, { agentId: id, prompt: 'Hi' })).rejects.toMatchObject({
      code: 'AGENT_UNAVAILABLE',
    });
    await expect(validateAgent(ctx, { id })).rejects.toThrow('Activate it instead');
    await activateAgent(ctx, { id });
    expect(await row(id)).toMatchObject({ state: 'ACTIVE', stateReason: null });
  });

  it('[AGT-5] is BUSY as long as a run is at work or waits, in lists and filters alike', async () => {
    const { ctx, add } = await open();
    const id = await add('WORKER');
    await add('WORKER');
    await validateAgent(ctx, { id });
    const { executionId } = await runAgent(ctx, { agentId: id, prompt: 'Hi' });
    const expected = [
      ['QUEUED', 'ACTIVE'],
      ['RUNNING', 'BUSY'],
      ['WAITING_APPROVAL', 'BUSY'],
      ['WAITING_CHILDREN', 'BUSY'],
      ['FAILED', 'ACTIVE'],
    ] as const;
    for (const [runStatus, agentStatus] of expected) {
      await machine.db.taskExecution.update({ where: { id: executionId }, data: { status: runStatus } });
      const { data } = await execute(
        machine,
        ctx.viewer,
        `query ($filter: AgentFilter) { agents(filter: $filter) { totalCount edges { node { status } } } }`,
        { filter: { status: { equals: agentStatus } } },
      );
      expect(data['agents'], runStatus).toEqual({
        totalCount: 1,
        edges: [{ node: { status: agentStatus } }],
      });
    }
    const listed = async (status: object) =>
      (await agentListing.list(ctx, { filter: { status }, window: agentListing.windowOf({}) })).length;
    expect(await listed({ in: ['BUSY', 'PENDING_VALIDATION'] })).toBe(1);
    expect(await listed({ in: [] })).toBe(0);
    expect(await listed({ equals: 'ACTIVE', in: ['INACTIVE'] })).toBe(0);
  });
});

describe('[AGT-2] hierarchy', () => {
  it.each([
    ['WORKER', 'SUPERVISOR', true],
    ['WORKER', 'MASTER', true],
    ['WORKER', 'WORKER', false],
    ['SUPERVISOR', 'MASTER', true],
    ['SUPERVISOR', 'SUPERVISOR', false],
    ['SUPERVISOR', 'WORKER', false],
    ['MASTER', 'MASTER', false],
    ['MASTER', 'SUPERVISOR', false],
  ] as const)('[AGT-2] %s under %s: %s', async (role, above, isAllowed) => {
    const { ctx, add } = await open();
    const supervisorId = await add(above);
    const creating = add(role, { supervisorId });
    if (isAllowed) await expect(creating).resolves.toBeDefined();
    else await expect(creating).rejects.toEqual(issuePath(['supervisorId']));
    const id = await add(role);
    const moving = updateAgent(ctx, { id, input: { supervisorId } });
    if (isAllowed) await expect(moving).resolves.toEqual({ id });
    else await expect(moving).rejects.toEqual(issuePath(['supervisorId']));
  });

  it('[AGT-2] keeps the rules when a role changes', async () => {
    const { ctx, add } = await open();
    const top = await add('MASTER');
    const middle = await add('SUPERVISOR', { supervisorId: top });
    await add('WORKER', { supervisorId: middle });
    await expect(updateAgent(ctx, { id: middle, input: { role: 'WORKER' } })).rejects.toEqual(
      issuePath(['role']),
    );
    await expect(updateAgent(ctx, { id: middle, input: { role: 'MASTER' } })).rejects.toEqual(
      issuePath(['supervisorId']),
    );
    await updateAgent(ctx, { id: middle, input: { role: 'MASTER', supervisorId: null } });
    await expect(updateAgent(ctx, { id: middle, input: { supervisorId: middle } })).rejects.toEqual(
      issuePath(['supervisorId']),
    );
  });

  it('[AGT-2] holds when two changes that exclude each other come at once', async () => {
    const { ctx, add } = await open();
    const supervisor = await add('SUPERVISOR');
    const worker = await add('WORKER');
    const outcomes = await Promise.allSettled([
      updateAgent(ctx, { id: worker, input: { supervisorId: supervisor } }),
      updateAgent(ctx, { id: supervisor, input: { role: 'WORKER' } }),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('[AGT-2] gives the whole tree, parents first, in as many statements for 30 agents as for 3', async () => {
    const { ctx, add } = await open();
    const grow = async () => {
      const top = await add('MASTER');
      const middle = await add('SUPERVISOR', { supervisorId: top });
      await add('WORKER', { supervisorId: middle });
    };
    const ask = async () => {
      const statements = vi.spyOn(machine.sql, 'query');
      const { data, errors } = await execute(
        machine,
        ctx.viewer,
        `{ agentHierarchy { id role status supervisor { id name } reports { id status reports { id } } } }`,
      );
      const count = statements.mock.calls.length;
      statements.mockRestore();
      expect(errors).toEqual([]);
      return { count, agents: data['agentHierarchy'] as { id: string; supervisor: { id: string } | null }[] };
    };
    await grow();
    const small = await ask();
    for (let tree = 1; tree < 10; tree += 1) await grow();
    const large = await ask();
    expect(large.agents).toHaveLength(30);
    expect(small.count).toBeGreaterThan(0);
    expect(large.count).toBe(small.count);
    const seen = new Set<string>();
    for (const { id, supervisor } of large.agents) {
      if (supervisor) expect(seen).toContain(supervisor.id);
      seen.add(id);
    }
  });
});
