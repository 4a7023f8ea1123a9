import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contextOf } from '../domains/context.ts';
import { seedAgent, seedSimulatedProvider } from '../../../prisma/seed/agent.ts';
import { seedFilesystemServer } from '../../../prisma/seed/server.ts';
import { openTestMachine } from '../../test/setup/machine.ts';
import { seedMember, seedViewer } from '../../test/setup/run.ts';
import { answer, call, type ScriptedModel, scriptModel } from '../../test/setup/scripted-model.ts';
import type { JsonObject, McpPort } from '../drivers/driver.ts';
import { resolveApproval, resolveApprovals } from '../domains/approval/approval.service.ts';
import { sweepApprovals } from '../domains/approval/approval.sweep.ts';
import { workspaceOf } from '../domains/agent/workspace.ts';
import { cancel, runAgent, runTask } from '../domains/execution/execution.service.ts';
import { readLog } from '../domains/execution-event/execution-event.read.ts';
import { createTask } from '../domains/task/task.service.ts';
import type { TaskCreation } from '../domains/task/task.input.ts';
import { removeToolPermission, setToolPermission } from '../domains/tool/tool-permission.service.ts';
import { createExecutionWorker } from './worker.ts';

const { machine } = await openTestMachine();
const viewer = await seedViewer(machine);
const ctx = contextOf(machine, viewer);
const server = await seedFilesystemServer(ctx);
const provider = await seedSimulatedProvider(ctx);
const WRITE = 'workspace-files__write_file';
const write = (content = 'a', path = 'a.txt') => call(WRITE, { path, content });

const { id: toolId } = await machine.db.toolDefinition.findFirstOrThrow({
  where: { organizationId: viewer.organizationId, name: 'write_file' },
});

/** What left for the tools, by their arguments. */
function countedMcp(): { mcp: McpPort; calls: JsonObject[] } {
  const calls: JsonObject[] = [];
  return {
    calls,
    mcp: {
      ...machine.mcp,
      callTool(target, request) {
        calls.push(request.arguments);
        return machine.mcp.callTool(target, request);
      },
    },
  };
}

/** An agent that may write files when a person agrees, and a run of it that has been driven as far as it goes. */
async function ask(model: ScriptedModel, task?: Pick<TaskCreation, 'onUnanswered' | 'answerWithinMinutes'>) {
  const agent = await seedAgent(ctx, {
    name: 'Writer',
    description: '',
    role: 'WORKER',
    systemPrompt: 'Write.',
    serverId: server.id,
    modelProviderId: provider.id,
    tools: ['write_file'],
  });
  const subject = { agentId: agent.id, toolId };
  await setToolPermission(ctx, { ...subject, input: { effect: 'ASK' } });
  const { mcp, calls } = countedMcp();
  const worker = createExecutionWorker({ machine, ports: { model, mcp } });
  const { executionId } = task
    ? await runTask(ctx, {
        taskId: (await createTask(ctx, { title: 'T', prompt: 'Go.', agentId: agent.id, ...task })).id,
      })
    : await runAgent(ctx, { agentId: agent.id, prompt: 'Go.' });
  const drive = () => worker.handle({ executionId });
  await drive();
  const pending = () => machine.db.approval.findFirst({ where: { executionId, status: 'PENDING' } });
  const approvalId = (await pending())?.id ?? 'none';
  const status = async () =>
    (await machine.db.taskExecution.findUniqueOrThrow({ where: { id: executionId } })).status;
  return { agentId: agent.id, subject, executionId, approvalId, calls, drive, pending, status };
}

const row = (id: string) => machine.db.approval.findUniqueOrThrow({ where: { id } });
const log = (executionId: string) => readLog(machine.sql, { executionId, after: 0, limit: 1_000 });
const toldOf = (model: ScriptedModel) =>
  model.requests.at(-1)!.messages.findLast((message) => message.role === 'tool')?.text;
const letExpire = (id: string) =>
  machine.sql.query(`UPDATE "Approval" SET "expiresAt" = now() - interval '1 second' WHERE "id" = $1`, [id]);

describe('a call that a person has to allow', () => {
  it('[EXE-7] waits without a worker, and is made once it is approved', async () => {
    const model = scriptModel(write(), answer('Done.'));
    const run = await ask(model);
    expect(await run.status()).toBe('WAITING_APPROVAL');
    expect(run.calls).toEqual([]);
    const approval = await row(run.approvalId);
    expect(approval).toMatchObject({
      status: 'PENDING',
      toolName: 'write_file',
      serverId: server.id,
      toolId,
      arguments: { path: 'a.txt', content: 'a' },
      rule: 'The permission asks a person before each call.',
    });
    expect(Math.round((approval.expiresAt!.getTime() - approval.createdAt.getTime()) / 3_600_000)).toBe(24);
    // Nobody has answered: a worker that looks at it makes no call.
    await run.drive();
    expect(await run.status()).toBe('WAITING_APPROVAL');

    await resolveApproval(ctx, { approvalId: run.approvalId, decision: 'APPROVE', reason: 'Keep it short.' });
    expect(await run.status()).toBe('QUEUED');
    await run.drive();
    expect(await run.status()).toBe('COMPLETED');
    expect(run.calls).toEqual([{ path: 'a.txt', content: 'a' }]);
    expect(toldOf(model)).toContain('said: Keep it short.');
    expect((await row(run.approvalId)).consumedAt).not.toBeNull();
    const told = (await log(run.executionId)).map(({ type, payload }) =>
      type === 'STATUS_CHANGED' ? (payload as { status: string }).status : type,
    );
    expect(told.filter((type) => type !== 'OUTPUT_APPENDED' && type !== 'USAGE_UPDATED')).toEqual([
      'QUEUED',
      'RUNNING',
      'APPROVAL_REQUESTED',
      'WAITING_APPROVAL',
      'APPROVAL_RESOLVED',
      'QUEUED',
      'RUNNING',
      'TOOL_CALL_UPDATED',
      'FILE_CHANGED',
      'TOOL_CALL_UPDATED',
      'COMPLETED',
    ]);
  });

  it('[EXE-7] is made with the arguments that a person has written, and the model is told', async () => {
    const model = scriptModel(write('draft'), answer('Done.'));
    const run = await ask(model);
    const editedArguments = { path: 'b.txt', content: 'final' };
    await resolveApproval(ctx, { approvalId: run.approvalId, decision: 'APPROVE', editedArguments });
    await run.drive();
    expect(run.calls).toEqual([editedArguments]);
    expect(await readFile(join(workspaceOf(machine.settings, run.agentId), 'b.txt'), 'utf8')).toBe('final');
    expect(toldOf(model)).toContain('changed the arguments before approving the call');
  });

  it('[EXE-7] is refused when a person says no, and the model is told why', async () => {
    const model = scriptModel(write(), answer('Then not.'));
    const run = await ask(model);
    await resolveApproval(ctx, { approvalId: run.approvalId, decision: 'REJECT', reason: 'Not this file.' });
    await run.drive();
    expect(await run.status()).toBe('COMPLETED');
    expect(run.calls).toEqual([]);
    expect(toldOf(model)).toContain('rejected the call: Not this file.');
  });

  it('[EXE-7] is refused when nobody answers in time, and waits for ever when it is to', async () => {
    const model = scriptModel(write(), answer('Then not.'));
    const run = await ask(model, { answerWithinMinutes: 5 });
    const { expiresAt, createdAt } = await row(run.approvalId);
    expect(Math.round((expiresAt!.getTime() - createdAt.getTime()) / 60_000)).toBe(5);
    await sweepApprovals(machine);
    expect(await run.status()).toBe('WAITING_APPROVAL');
    await letExpire(run.approvalId);
    const late = { approvalId: run.approvalId, decision: 'APPROVE' } as const;
    await expect(resolveApproval(ctx, late)).rejects.toThrow('The time to answer was over');
    await sweepApprovals(machine);
    await run.drive();
    expect(await run.status()).toBe('COMPLETED');
    expect(toldOf(model)).toContain('Nobody approved the call in time.');
    await expect(resolveApproval(ctx, late)).rejects.toMatchObject({ code: 'APPROVAL_SETTLED' });

    const patient = await ask(scriptModel(write()), { onUnanswered: 'WAIT' });
    expect((await row(patient.approvalId)).expiresAt).toBeNull();
  });

  it('[EXE-7] is put before a higher role when nobody answers, and then refused', async () => {
    const run = await ask(scriptModel(write(), answer('Then not.')), { onUnanswered: 'ESCALATE' });
    await letExpire(run.approvalId);
    await sweepApprovals(machine);
    const { status, escalatedAt, expiresAt } = await row(run.approvalId);
    expect([status, escalatedAt !== null, expiresAt! > new Date()]).toEqual(['PENDING', true, true]);
    const operator = contextOf(machine, await seedMember(machine, viewer.organizationId, 'OPERATOR'));
    const approve = { approvalId: run.approvalId, decision: 'APPROVE' } as const;
    await expect(resolveApproval(operator, approve)).rejects.toThrow('MANAGER or above');
    await letExpire(run.approvalId);
    await sweepApprovals(machine);
    expect((await row(run.approvalId)).status).toBe('EXPIRED');
  });

  it('[EXE-7] is decided once: the second person is told who was first', async () => {
    const run = await ask(scriptModel(write(), answer('Done.')));
    const other = contextOf(machine, await seedMember(machine, viewer.organizationId, 'OPERATOR'));
    const approve = { approvalId: run.approvalId, decision: 'APPROVE' } as const;
    const answers = await Promise.allSettled([
      resolveApproval(ctx, approve),
      resolveApproval(other, { ...approve, decision: 'REJECT' }),
    ]);
    const refused = answers.filter((result) => result.status === 'rejected');
    expect(refused).toHaveLength(1);
    expect(String(refused[0]!.reason)).toMatch(/(ADMIN has approved|OPERATOR has rejected) it already/);
    const { status } = await row(run.approvalId);
    const audited = await machine.db.auditEntry.count({
      where: { organizationId: viewer.organizationId, action: 'approvalResolve', targetId: run.approvalId },
    });
    expect([status === 'APPROVED' || status === 'REJECTED', audited]).toEqual([true, 1]);
  });

  it('[EXE-7] stays refused when the permission is gone, whatever was approved', async () => {
    const model = scriptModel(write(), answer('Then not.'));
    const run = await ask(model);
    await removeToolPermission(ctx, run.subject);
    await resolveApproval(ctx, { approvalId: run.approvalId, decision: 'APPROVE' });
    await run.drive();
    expect(run.calls).toEqual([]);
    expect(toldOf(model)).toContain('no permission');
  });

  it('[EXE-7] stays refused when the agent is not active any more', async () => {
    const model = scriptModel(write(), answer('Then not.'));
    const run = await ask(model);
    await resolveApproval(ctx, { approvalId: run.approvalId, decision: 'APPROVE' });
    await machine.db.agent.update({ where: { id: run.agentId }, data: { state: 'INACTIVE' } });
    await run.drive();
    expect(run.calls).toEqual([]);
    expect(toldOf(model)).toContain('The agent is not active.');
  });

  it('[EXE-7] an approval is good for no other definition of the tool', async () => {
    const model = scriptModel(write(), answer('Then not.'));
    const run = await ask(model);
    await machine.db.approval.update({ where: { id: run.approvalId }, data: { definitionHash: 'another' } });
    await resolveApproval(ctx, { approvalId: run.approvalId, decision: 'APPROVE' });
    await run.drive();
    expect(run.calls).toEqual([]);
    expect(toldOf(model)).toContain('has changed since the call was approved');
  });

  it('[EXE-7] can be allowed for the rest of the run', async () => {
    const run = await ask(scriptModel(write('1'), write('2'), answer('Done.')));
    await resolveApproval(ctx, { approvalId: run.approvalId, decision: 'APPROVE', remember: 'RUN' });
    await run.drive();
    expect(await run.status()).toBe('COMPLETED');
    expect(run.calls).toHaveLength(2);
    // The next run asks again.
    expect(await (await ask(scriptModel(write()))).status()).toBe('WAITING_APPROVAL');
  });

  it('[EXE-7] can be allowed for good by who may grant permissions', async () => {
    const run = await ask(scriptModel(write(), write(), answer('Done.')));
    const operator = contextOf(machine, await seedMember(machine, viewer.organizationId, 'OPERATOR'));
    const forGood = { approvalId: run.approvalId, decision: 'APPROVE', remember: 'PERMISSION' } as const;
    await expect(resolveApproval(operator, forGood)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect((await row(run.approvalId)).status).toBe('PENDING');
    await resolveApproval(ctx, forGood);
    await run.drive();
    expect(run.calls).toHaveLength(2);
    const permission = { agentId_toolId: run.subject };
    const { effect } = await machine.db.agentToolPermission.findUniqueOrThrow({ where: permission });
    expect(effect).toBe('ALLOW');
  });

  it('[EXE-7] waits no more when its run is cancelled', async () => {
    const run = await ask(scriptModel(write()));
    await cancel(ctx, { id: run.executionId });
    expect((await row(run.approvalId)).status).toBe('CANCELLED');
    const late = { approvalId: run.approvalId, decision: 'APPROVE' } as const;
    await expect(resolveApproval(ctx, late)).rejects.toThrow('The run has ended');
  });

  it('[EXE-7] many are answered at once, each with its result', async () => {
    const [first, second] = [await ask(scriptModel(write())), await ask(scriptModel(write()))];
    await resolveApproval(ctx, { approvalId: first.approvalId, decision: 'REJECT' });
    const approvalIds = [first.approvalId, second.approvalId];
    const { results } = await resolveApprovals(ctx, { approvalIds, decision: 'APPROVE' });
    expect(results).toMatchObject([
      { id: first.approvalId, fault: { code: 'APPROVAL_SETTLED' } },
      { id: second.approvalId, fault: null },
    ]);
    expect(await second.status()).toBe('QUEUED');
  });

  it('[EXE-7] one reply with several calls asks for one after the other', async () => {
    const [first] = write('1', '1.txt');
    const [second, finish] = write('2', '2.txt');
    const run = await ask(scriptModel([first!, second!, finish!], answer('Done.')));
    await resolveApproval(ctx, { approvalId: run.approvalId, decision: 'APPROVE' });
    await run.drive();
    expect(await run.status()).toBe('WAITING_APPROVAL');
    await resolveApproval(ctx, { approvalId: (await run.pending())!.id, decision: 'APPROVE' });
    await run.drive();
    expect(await run.status()).toBe('COMPLETED');
    expect(run.calls).toEqual([
      { path: '1.txt', content: '1' },
      { path: '2.txt', content: '2' },
    ]);
  });

  it.each([
    ['editedArguments', { decision: 'REJECT', editedArguments: {} }],
    ['remember', { decision: 'REJECT', remember: 'RUN' }],
    ['editedArguments', { decision: 'APPROVE', editedArguments: { content: 'x'.repeat(70_000) } }],
    ['reason', { decision: 'REJECT', reason: 'x'.repeat(1_001) }],
  ] as const)('[EXE-7] refuses a wrong %s', async (field, input) => {
    const run = await ask(scriptModel(write()));
    await expect(resolveApproval(ctx, { approvalId: run.approvalId, ...input })).rejects.toMatchObject({
      argumentPath: ['input', field],
    });
    expect((await row(run.approvalId)).status).toBe('PENDING');
  });
});
