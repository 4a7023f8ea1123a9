import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contextOf } from '../domains/context.ts';
import { seedAgent, seedSimulatedProvider } from '../../../prisma/seed/agent.ts';
import { seedFilesystemServer } from '../../../prisma/seed/server.ts';
import { openTestMachine } from '../../test/setup/machine.ts';
import { seedViewer } from '../../test/setup/run.ts';
import { answer, call, hangAfter, scriptModel } from '../../test/setup/scripted-model.ts';
import { type McpPort, type ModelPort, NO_USAGE } from '../drivers/driver.ts';
import { createModelPort } from '../drivers/model/model-port.ts';
import { workspaceOf } from '../domains/agent/workspace.ts';
import { cancelExecution } from '../domains/execution/execution.lifecycle.ts';
import { readLog } from '../domains/execution-event/execution-event.read.ts';
import { runAgent } from '../domains/execution/execution.service.ts';
import { createExecutionWorker } from './worker.ts';
import { removeToolPermission } from '../domains/tool/tool-permission.service.ts';

const { machine } = await openTestMachine();
const viewer = await seedViewer(machine);
const ctx = contextOf(machine, viewer);
const server = await seedFilesystemServer(ctx);
const provider = await seedSimulatedProvider(ctx);
const WRITE = 'workspace-files__write_file';

interface AgentOptions {
  tools?: readonly string[];
  maxSteps?: number;
  maxTokens?: number;
  maxDurationMs?: number;
  serverId?: string;
}

const newAgent = ({ tools = ['write_file', 'read_text_file'], ...limits }: AgentOptions = {}) =>
  seedAgent(ctx, {
    name: 'Writer',
    description: '',
    role: 'WORKER',
    systemPrompt: 'Write.',
    serverId: server.id,
    modelProviderId: provider.id,
    tools,
    ...limits,
  });

const workerWith = (model: ModelPort, mcp: McpPort = machine.mcp) =>
  createExecutionWorker({ machine, ports: { model, mcp } });

const start = (agentId: string, prompt = 'Go.') => runAgent(ctx, { agentId, prompt });
const row = (id: string) => machine.db.taskExecution.findUniqueOrThrow({ where: { id } });
const events = (executionId: string) => readLog(machine.sql, { executionId, after: 0, limit: 1_000 });
const lapse = (id: string) =>
  machine.sql.query(`UPDATE "TaskExecution" SET "leaseUntil" = now() - interval '1 second' WHERE "id" = $1`, [
    id,
  ]);

async function drive(
  model: ModelPort,
  { prompt, ...options }: AgentOptions & { prompt?: string } = {},
  mcp?: McpPort,
) {
  const agent = await newAgent(options);
  const { executionId } = await start(agent.id, prompt);
  await workerWith(model, mcp).handle({ executionId });
  return { agentId: agent.id, execution: await row(executionId), events: await events(executionId) };
}

describe('a run', () => {
  it('[START-5] plans, calls a real MCP server, changes a real file and ends', async () => {
    const model = createModelPort({ fetch });
    const { agentId, execution, events: log } = await drive(model, { prompt: 'Write a note. [[pace:0]]' });
    expect(execution).toMatchObject({ status: 'COMPLETED', failureReason: null, isSimulated: true });
    expect(log.map(({ seq }) => seq)).toEqual(log.map((_, index) => index + 1));
    const types = new Set(log.map(({ type }) => type));
    for (const type of [
      'STATUS_CHANGED',
      'OUTPUT_APPENDED',
      'THOUGHT_APPENDED',
      'TOOL_CALL_UPDATED',
      'FILE_CHANGED',
      'TODOS_UPDATED',
      'USAGE_UPDATED',
    ] as const) {
      expect(types).toContain(type);
    }
    const change = log.find(({ type }) => type === 'FILE_CHANGED')!.payload as {
      path: string;
      kind: string;
      diff: string;
    };
    expect(change.kind).toBe('CREATED');
    const content = await readFile(join(workspaceOf(machine.settings, agentId), change.path), 'utf8');
    expect(change.diff).toContain(`+${content.split('\n')[0]}`);
    const { inputTokens, outputTokens } = execution;
    expect(inputTokens * outputTokens).toBeGreaterThan(0);
  });

  it('[EXE-1] fails with SERVER_UNREACHABLE when its server is dead, and asks no model', async () => {
    const model = scriptModel(answer('never'));
    const { execution, events: log } = await (async () => {
      const agent = await newAgent();
      const dead = await machine.db.serverConfiguration.create({
        data: {
          organizationId: viewer.organizationId,
          name: 'Dead',
          slug: 'dead',
          protocol: 'MCP',
          url: 'http://127.0.0.1:9/mcp',
        },
      });
      await machine.db.agent.update({ where: { id: agent.id }, data: { serverId: dead.id } });
      const { executionId } = await start(agent.id);
      await workerWith(model).handle({ executionId });
      return { execution: await row(executionId), events: await events(executionId) };
    })();
    expect(execution).toMatchObject({ status: 'FAILED', failureReason: 'SERVER_UNREACHABLE' });
    expect(log.at(-1)).toMatchObject({
      type: 'STATUS_CHANGED',
      payload: { status: 'FAILED', failureReason: 'SERVER_UNREACHABLE' },
    });
    expect(model.requests).toHaveLength(0);
  });

  it('[EXE-9] ends at the limit of steps with its work kept', async () => {
    const list = call(WRITE, { path: 'a.txt', content: 'a' });
    const { execution, events: log } = await drive(scriptModel(list, list, list), { maxSteps: 2 });
    expect(execution).toMatchObject({ status: 'FAILED', failureReason: 'BUDGET_EXCEEDED', stepCount: 2 });
    expect(log.filter(({ type }) => type === 'TOOL_CALL_UPDATED')).not.toHaveLength(0);
  });

  it('[EXE-9] asks no model once its tokens are used up', async () => {
    const list = call(WRITE, { path: 'a.txt', content: 'a' });
    const model = scriptModel(list, list, list);
    const { execution } = await drive(model, { maxTokens: 25 });
    expect(execution).toMatchObject({ failureReason: 'BUDGET_EXCEEDED', inputTokens: 20, outputTokens: 10 });
    expect(model.requests).toHaveLength(2);
  });

  it('[AGT-4] ends with TIMEOUT when its time is over, whatever the model does', async () => {
    const { execution } = await drive(scriptModel(hangAfter('Thinking…', () => undefined)), {
      maxDurationMs: 1_000,
    });
    expect(execution).toMatchObject({ status: 'FAILED', failureReason: 'TIMEOUT' });
  });

  it('[EXE-12] blots out secrets, also when they come in pieces', async () => {
    const secret = 'sk-canary-123456789';
    const agent = await newAgent();
    const { apiKey } = { apiKey: secret };
    const own = await machine.db.modelProvider.create({
      data: { organizationId: viewer.organizationId, name: 'Keyed', kind: 'OPENAI', defaultModel: 'm' },
    });
    const sealed = machine.vault.seal(apiKey, { table: 'ModelProvider', id: own.id, field: 'apiKey' });
    await machine.db.modelProvider.update({ where: { id: own.id }, data: { apiKey: sealed } });
    await machine.db.agent.update({ where: { id: agent.id }, data: { modelProviderId: own.id } });
    const { executionId } = await start(agent.id);
    const pieces = scriptModel([
      { type: 'text', text: 'The key is sk-can' },
      { type: 'thought', text: secret },
      { type: 'text', text: 'sk-canary-' },
      { type: 'text', text: '123456789 indeed.' },
      { type: 'finish', usage: { ...NO_USAGE, inputTokens: 1, outputTokens: 1 }, reason: 'stop' },
    ]);
    await workerWith(pieces).handle({ executionId });
    const stored = JSON.stringify(
      [await row(executionId), await events(executionId)],
      (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value),
    );
    expect(stored).not.toContain(secret);
    expect(stored).toContain('[redacted] indeed.');
    const steps = await machine.db.executionStep.findMany({ where: { executionId } });
    expect(JSON.stringify(steps)).not.toContain(secret);
  });
});

it('[EXE-2] counts cached and reasoning tokens apart, and tells what a tool answered part by part', async () => {
  const usage = {
    inputTokens: 10,
    outputTokens: 5,
    cacheReadTokens: 6,
    cacheWriteTokens: 2,
    reasoningTokens: 3,
  };
  const write = call(WRITE, { path: 'note.txt', content: 'Hi' }).slice(0, 1);
  const model = scriptModel(
    [...write, { type: 'finish', usage, reason: 'tool-calls' }],
    [
      { type: 'text', text: 'Done.' },
      { type: 'finish', usage, reason: 'stop' },
    ],
  );
  const { execution, events: log } = await drive(model);
  const totals = { inputTokens: 20, cacheReadTokens: 12, cacheWriteTokens: 4, reasoningTokens: 6 };
  expect(execution).toMatchObject(totals);
  expect(log.findLast(({ type }) => type === 'USAGE_UPDATED')!.payload).toMatchObject(totals);
  expect(log.findLast(({ type }) => type === 'TOOL_CALL_UPDATED')!.payload).toMatchObject({
    status: 'SUCCEEDED',
    content: expect.arrayContaining([
      { type: 'text', text: expect.any(String), sizeBytes: expect.any(Number) },
    ]),
  });
});

describe('the gate', () => {
  it('[TOOL-4] keeps a tool without permission invisible, and refuses it all the same', async () => {
    const model = scriptModel(
      call('workspace-files__move_file', { source: 'a', destination: 'b' }),
      answer('So be it.'),
    );
    const { execution, events: log } = await drive(model, { tools: ['read_text_file'] });
    expect(model.requests[0]!.tools.map(({ name }) => name)).toEqual([
      'todos_write',
      'ask_person',
      'workspace-files__read_text_file',
    ]);
    expect(execution).toMatchObject({ status: 'COMPLETED', deniedCallCount: 1 });
    const calls = log.filter(({ type }) => type === 'TOOL_CALL_UPDATED').map(({ payload }) => payload);
    expect(calls).toEqual([
      expect.objectContaining({
        status: 'DENIED',
        decision: { effect: 'DENY', rule: 'The agent has no permission for this tool.' },
      }),
    ]);
    expect(model.requests[1]!.messages.at(-1)).toMatchObject({ role: 'tool', isError: true });
  });

  it('[TOOL-4] asks again at the moment of the call', async () => {
    const agent = await newAgent();
    const permission = await machine.db.agentToolPermission.findFirstOrThrow({
      where: { agentId: agent.id, tool: { name: 'write_file' } },
    });
    const model = scriptModel(async function* () {
      await removeToolPermission(ctx, { agentId: agent.id, toolId: permission.toolId });
      yield* call(WRITE, { path: 'b.txt', content: 'b' });
    }, answer('Not today.'));
    const { executionId } = await start(agent.id);
    await workerWith(model).handle({ executionId });
    const calls = (await events(executionId)).filter(({ type }) => type === 'TOOL_CALL_UPDATED');
    expect(calls.map(({ payload }) => (payload as { status: string }).status)).toEqual(['DENIED']);
  });
});

describe('losing the worker', () => {
  /** Drives a run until its model hangs, and then loses it as a killed process would: nothing more is written. */
  async function loseWhileTalking(agentId: string) {
    const { executionId } = await start(agentId);
    let hang: () => void = () => undefined;
    const hanging = new Promise<void>((resolve) => (hang = resolve));
    const lost = workerWith(
      scriptModel(call(WRITE, { path: 'c.txt', content: 'c' }), hangAfter('Half a sen', hang)),
    );
    const gone = lost.handle({ executionId });
    await hanging;
    // The half reply is in the log before the worker is lost.
    await expect
      .poll(async () => (await events(executionId)).some(({ type }) => type === 'OUTPUT_APPENDED'))
      .toBe(true);
    await machine.sql.query(`UPDATE "TaskExecution" SET "fence" = "fence" + 1 WHERE "id" = $1`, [
      executionId,
    ]);
    await lapse(executionId);
    return { executionId, gone };
  }

  it('[EXE-6] goes on from the last finished step, takes back the half reply and repeats no call', async () => {
    const agent = await newAgent();
    const { executionId, gone } = await loseWhileTalking(agent.id);
    const next = scriptModel(answer('A whole sentence.'));
    await workerWith(next).handle({ executionId });
    await gone;
    expect(await row(executionId)).toMatchObject({
      status: 'COMPLETED',
      output: 'A whole sentence.',
      recoveries: 1,
    });
    const log = await events(executionId);
    const half = log.find(({ type }) => type === 'OUTPUT_APPENDED')!;
    const retraction = log.find(({ type }) => type === 'OUTPUT_RETRACTED');
    expect(retraction?.payload).toEqual({ fromSeq: half.seq });
    expect(
      log.filter(
        ({ type, payload }) =>
          type === 'TOOL_CALL_UPDATED' && (payload as { status: string }).status === 'RUNNING',
      ),
    ).toHaveLength(1);
    expect(next.requests[0]!.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool']);
  });

  it('[EXE-6] shows no plan a second time', async () => {
    const agent = await newAgent();
    const { executionId } = await start(agent.id);
    let hang: () => void = () => undefined;
    const hanging = new Promise<void>((resolve) => (hang = resolve));
    const plan = call('todos_write', { todos: [{ id: '1', title: 'Think', status: 'IN_PROGRESS' }] });
    const gone = workerWith(scriptModel(plan, hangAfter('Half', hang))).handle({ executionId });
    await hanging;
    const plans = async () => (await events(executionId)).filter(({ type }) => type === 'TODOS_UPDATED');
    // The plan is in the log before the worker is lost.
    await expect.poll(plans).toHaveLength(1);
    await machine.sql.query(`UPDATE "TaskExecution" SET "fence" = "fence" + 1 WHERE "id" = $1`, [
      executionId,
    ]);
    await lapse(executionId);
    const next = scriptModel(answer('Whole.'));
    await workerWith(next).handle({ executionId });
    await gone;
    expect(await row(executionId)).toMatchObject({ status: 'COMPLETED' });
    expect(await plans()).toHaveLength(1);
    expect(next.requests[0]!.messages.at(-1)).toMatchObject({ role: 'tool', text: 'Your plan is shown.' });
  });

  /** A server whose tool is called and never answers, as when the process dies in the middle of the call. */
  async function loseWhileCalling(agentId: string) {
    const { executionId } = await start(agentId);
    let leave: () => void = () => undefined;
    const left = new Promise<void>((resolve) => (leave = resolve));
    const deaf: McpPort = {
      ...machine.mcp,
      callTool: (_target, { signal }) => {
        leave();
        return new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason as Error)),
        );
      },
    };
    const gone = workerWith(scriptModel(call(WRITE, { path: 'd.txt', content: 'd' })), deaf).handle({
      executionId,
    });
    await left;
    await machine.sql.query(`UPDATE "TaskExecution" SET "fence" = "fence" + 1 WHERE "id" = $1`, [
      executionId,
    ]);
    await lapse(executionId);
    return { executionId, gone };
  }

  it('[EXE-6] does not repeat a call whose outcome is unknown, and says so', async () => {
    const agent = await newAgent();
    const { executionId, gone } = await loseWhileCalling(agent.id);
    const calls: string[] = [];
    const counting: McpPort = {
      ...machine.mcp,
      callTool: (target, request) => (calls.push(request.name), machine.mcp.callTool(target, request)),
    };
    await workerWith(scriptModel(answer('never')), counting).handle({ executionId });
    await gone;
    expect(await row(executionId)).toMatchObject({ status: 'FAILED', failureReason: 'OUTCOME_UNKNOWN' });
    expect(calls).toEqual([]);
  });

  it('[EXE-6] repeats a call that a person declared harmless to repeat, with the same key', async () => {
    const agent = await newAgent();
    await machine.db.serverTool.updateMany({
      where: { serverId: server.id, tool: { name: 'write_file' } },
      data: { isIdempotent: true },
    });
    const { executionId, gone } = await loseWhileCalling(agent.id);
    const keys: string[] = [];
    const noting: McpPort = {
      ...machine.mcp,
      callTool: (target, request) => (
        keys.push(request.idempotencyKey),
        machine.mcp.callTool(target, request)
      ),
    };
    await workerWith(scriptModel(answer('Done after all.')), noting).handle({ executionId });
    await gone;
    await machine.db.serverTool.updateMany({ where: { serverId: server.id }, data: { isIdempotent: false } });
    expect(await row(executionId)).toMatchObject({ status: 'COMPLETED' });
    expect(keys).toEqual([`${executionId}:call-0-1`]);
  });

  it('[OPS-2] hands its runs back when it shuts down, for another to finish', async () => {
    const agent = await newAgent();
    const { executionId } = await start(agent.id);
    let hang: () => void = () => undefined;
    const hanging = new Promise<void>((resolve) => (hang = resolve));
    const first = workerWith(scriptModel(hangAfter('…', hang)));
    const handled = first.handle({ executionId });
    await hanging;
    await first.close();
    await handled;
    await workerWith(scriptModel(answer('Finished by another.'))).handle({ executionId });
    expect(await row(executionId)).toMatchObject({ status: 'COMPLETED', recoveries: 0 });
  });
});

describe('stopping a run', () => {
  it('[EXE-5] aborts the model at once and writes nothing after the terminal event', async () => {
    const agent = await newAgent();
    const { executionId } = await start(agent.id);
    let hang: () => void = () => undefined;
    const hanging = new Promise<void>((resolve) => (hang = resolve));
    const handled = workerWith(scriptModel(hangAfter('Working', hang))).handle({ executionId });
    await hanging;
    await cancelExecution(machine, { executionId, cancelledById: viewer.userId });
    await handled;
    expect(await row(executionId)).toMatchObject({ status: 'CANCELLED', cancelledById: viewer.userId });
    expect((await events(executionId)).at(-1)).toMatchObject({ payload: { status: 'CANCELLED' } });
  });

  it('[AUTHZ-5] does not run for somebody who may not run agents any more', async () => {
    const agent = await newAgent();
    const { executionId } = await start(agent.id);
    await machine.db.user.update({ where: { id: viewer.userId }, data: { role: 'VIEWER' } });
    const model = scriptModel(answer('never'));
    await workerWith(model).handle({ executionId });
    await machine.db.user.update({ where: { id: viewer.userId }, data: { role: 'ADMIN' } });
    expect(await row(executionId)).toMatchObject({ status: 'FAILED', failureReason: 'PERMISSION_DENIED' });
    expect(model.requests).toHaveLength(0);
  });
});
