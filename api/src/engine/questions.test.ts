import { describe, expect, it } from 'vitest';
import { openTestMachine } from '../../test/setup/machine.ts';
import { seedSimulatedAgent, seedViewer } from '../../test/setup/run.ts';
import { answer, call, type ScriptedModel, scriptModel } from '../../test/setup/scripted-model.ts';
import type { JsonObject } from '../drivers/driver.ts';
import { contextOf } from '../domains/context.ts';
import { cancel, runTask } from '../domains/execution/execution.service.ts';
import { resolveInputRequest } from '../domains/input-request/input-request.service.ts';
import { sweepInputRequests } from '../domains/input-request/input-request.settle.ts';
import { createTask } from '../domains/task/task.service.ts';
import type { TaskCreation } from '../domains/task/task.input.ts';
import { createExecutionWorker } from './worker.ts';

const { machine } = await openTestMachine();
const viewer = await seedViewer(machine);
const ctx = contextOf(machine, viewer);
const COLOUR = {
  type: 'object',
  properties: { colour: { type: 'string', enum: ['red', 'blue'] } },
  required: ['colour'],
};
const question = (schema?: JsonObject) =>
  call('ask_person', { question: 'Which colour?', ...(schema && { schema }) });

/** A run that has been driven up to its question. */
async function ask(model: ScriptedModel, task: Partial<TaskCreation> = {}) {
  const { agentId } = await seedSimulatedAgent(machine, viewer);
  const { id: taskId } = await createTask(ctx, { title: 'T', prompt: 'Go.', agentId, ...task });
  const { executionId } = await runTask(ctx, { taskId });
  const worker = createExecutionWorker({ machine, ports: { model, mcp: machine.mcp } });
  const drive = () => worker.handle({ executionId });
  await drive();
  const row = () => machine.db.inputRequest.findFirstOrThrow({ where: { executionId } });
  const run = () => machine.db.taskExecution.findUniqueOrThrow({ where: { id: executionId } });
  return { executionId, drive, row, run };
}

const toldOf = (model: ScriptedModel) =>
  model.requests.at(-1)!.messages.findLast((message) => message.role === 'tool')?.text;

describe('a question of an agent', () => {
  it('[EXE-14] waits without a worker, and the answer reaches the model', async () => {
    const model = scriptModel(question(COLOUR), answer('Blue it is.'));
    const { drive, row, run } = await ask(model);
    expect(await run()).toMatchObject({ status: 'WAITING_INPUT', agentSlot: null, leaseUntil: null });
    const { id, question: asked, schema } = await row();
    expect([asked, schema]).toEqual(['Which colour?', COLOUR]);
    await drive();
    expect((await run()).status).toBe('WAITING_INPUT');
    await resolveInputRequest(ctx, { inputRequestId: id, answer: { colour: 'blue' } });
    await drive();
    expect(await run()).toMatchObject({ status: 'COMPLETED', output: 'Blue it is.' });
    expect(toldOf(model)).toBe('ADMIN answered: {"colour":"blue"}');
  });

  it.each([
    ['colour', { colour: 'green' }],
    ['colour', {}],
    ['colour', { colour: 7 }],
    ['size', { colour: 'red', size: 1 }],
  ])('[EXE-14] takes no answer that it did not ask for: %s of %j', async (name, reply) => {
    const { row } = await ask(scriptModel(question(COLOUR)));
    const { id } = await row();
    const refused = resolveInputRequest(ctx, { inputRequestId: id, answer: reply });
    await expect(refused).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    if (Object.keys(reply).length > 0)
      await expect(refused).rejects.toMatchObject({ argumentPath: ['input', 'answer', name] });
    expect((await row()).status).toBe('PENDING');
  });

  it('[EXE-14] can be declined, and the agent goes on', async () => {
    const model = scriptModel(question(), answer('Then red.'));
    const { drive, row, run } = await ask(model);
    await resolveInputRequest(ctx, { inputRequestId: (await row()).id, answer: null });
    await drive();
    expect((await run()).status).toBe('COMPLETED');
    expect(toldOf(model)).toContain('declined to answer');
    await expect(
      resolveInputRequest(ctx, { inputRequestId: (await row()).id, answer: { answer: 'late' } }),
    ).rejects.toThrow('ADMIN has declined to answer');
  });

  it('[EXE-14] that nobody answers ends as the task says', async () => {
    const model = scriptModel(question(), answer('Then red.'));
    const { drive, row, run } = await ask(model, { answerWithinMinutes: 5 });
    await sweepInputRequests(machine);
    expect((await row()).status).toBe('PENDING');
    await machine.sql.query(`UPDATE "InputRequest" SET "expiresAt" = now() - interval '1 second'`);
    await sweepInputRequests(machine);
    await drive();
    expect([(await row()).status, (await run()).status]).toEqual(['EXPIRED', 'COMPLETED']);
    expect(toldOf(model)).toContain('Nobody answered in time');
    expect((await (await ask(scriptModel(question()), { onUnanswered: 'WAIT' })).row()).expiresAt).toBeNull();
  });

  it('[EXE-14] that cannot be asked is told to the model, and waits for nobody', async () => {
    const nested = { type: 'object', properties: { a: { type: 'object' } } };
    const model = scriptModel(question(nested), answer('Never mind.'));
    const { run } = await ask(model);
    expect((await run()).status).toBe('COMPLETED');
    expect(toldOf(model)).toContain('The question was not asked');
  });

  it('[EXE-14] waits no more when its run is cancelled', async () => {
    const { executionId, row } = await ask(scriptModel(question()));
    await cancel(ctx, { id: executionId });
    expect((await row()).status).toBe('CANCELLED');
  });
});
