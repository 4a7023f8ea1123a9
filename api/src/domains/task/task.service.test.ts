import { describe, expect, it } from 'vitest';
import { openTestMachine } from '../../../test/setup/machine.ts';
import { seedMember, seedSimulatedAgent, seedViewer } from '../../../test/setup/run.ts';
import { contextOf } from '../context.ts';
import { ForbiddenError } from '../../platform/errors.ts';
import { runTask } from '../execution/execution.service.ts';
import type { FilterOf } from '../listing.ts';
import { taskListing } from './task.list.ts';
import type { TaskChange } from './task.input.ts';
import { createTask, deleteTask, updateTask } from './task.service.ts';

const { machine } = await openTestMachine();

async function open() {
  const ctx = contextOf(machine, await seedViewer(machine));
  const { agentId } = await seedSimulatedAgent(machine, ctx.viewer!);
  const add = async (input: object = {}) =>
    (await createTask(ctx, { title: 'T', prompt: 'P', agentId, ...input })).id;
  return { ctx, agentId, add };
}

const row = (id: string) => machine.db.task.findUniqueOrThrow({ where: { id } });
const issuePath = (path: string[]) =>
  expect.objectContaining({ argumentPath: ['input', ...path], code: 'BAD_USER_INPUT' });

describe('[TASK-1] tasks', () => {
  it('[TASK-1] begin as ACTIVE and IMMEDIATE, with their variables typed', async () => {
    const { ctx, add } = await open();
    const variables = [{ name: 'topic' }, { name: 'count', type: 'NUMBER', isRequired: false, default: '3' }];
    const id = await add({ prompt: 'Write {{count}} lines on {{topic}}.', variables, priority: null });
    expect(await row(id)).toMatchObject({
      state: 'ACTIVE',
      mode: 'IMMEDIATE',
      priority: 'MEDIUM',
      onUnknownOutcome: 'FAIL',
      createdById: ctx.viewer!.userId,
      variables: [
        { name: 'topic', type: 'TEXT', isRequired: true, default: null },
        { name: 'count', type: 'NUMBER', isRequired: false, default: '3' },
      ],
    });
    const { executionId } = await runTask(ctx, { taskId: id, variables: { topic: 'tea' } });
    expect(await machine.db.taskExecution.findUnique({ where: { id: executionId } })).toMatchObject({
      prompt: 'Write 3 lines on tea.',
    });
  });

  it.each([
    [['title'], { title: ' ' }],
    [['prompt'], { prompt: '' }],
    [['prompt'], { prompt: 'x'.repeat(100_001) }],
    [['variables', '1', 'name'], { variables: [{ name: 'a' }, { name: 'a' }] }],
    [['variables', '0', 'name'], { variables: [{ name: '1a' }] }],
    [['variables', '0', 'default'], { variables: [{ name: 'a', type: 'NUMBER', default: 'many' }] }],
    [['variables', '0', 'default'], { variables: [{ name: 'a', type: 'BOOLEAN', default: 'yes' }] }],
    [['timeZone'], { timeZone: 'Mars/Olympus' }],
  ] satisfies [string[], TaskChange][])('[TASK-1] refuse a wrong %j', async (path, input) => {
    const { ctx, add } = await open();
    await expect(add(input)).rejects.toEqual(issuePath(path));
    const id = await add();
    await expect(updateTask(ctx, { id, input })).rejects.toEqual(issuePath(path));
  });

  it.each([
    ['mode', { mode: 'SCHEDULED', scheduledAt: null }],
    ['mode', { mode: 'RECURRING' }],
    ['scheduledAt', { scheduledAt: new Date(Date.now() + 60_000) }],
    ['cron', { cron: '0 9 * * 1' }],
  ])('[TASK-1] do not pretend to be scheduled: %s', async (path, input) => {
    const { add } = await open();
    await expect(add(input)).rejects.toEqual(issuePath([path]));
    await expect(add(input)).rejects.toThrow('Scheduling arrives in a later version');
  });

  it('[TASK-1] keep what is absent and clear what is null', async () => {
    const { ctx, agentId, add } = await open();
    const id = await add({ variables: [{ name: 'a' }], priority: 'HIGH', timeZone: 'Europe/Paris' });
    await updateTask(ctx, { id, input: { title: 'New', onUnknownOutcome: 'ASK' } });
    expect(await row(id)).toMatchObject({
      title: 'New',
      prompt: 'P',
      agentId,
      priority: 'HIGH',
      timeZone: 'Europe/Paris',
      onUnknownOutcome: 'ASK',
      variables: [{ name: 'a' }],
    });
    await updateTask(ctx, { id, input: { variables: null } });
    expect((await row(id)).variables).toEqual([]);
    await expect(updateTask(ctx, { id, input: { agentId: null } })).rejects.toEqual(issuePath(['agentId']));
  });

  it('[TASK-1] are deleted when they never ran, archived when they did, and kept while they run', async () => {
    const { ctx, add } = await open();
    const unused = await add();
    await deleteTask(ctx, { id: unused });
    expect(await machine.db.task.count({ where: { id: unused } })).toBe(0);

    const id = await add();
    const { executionId } = await runTask(ctx, { taskId: id });
    await expect(deleteTask(ctx, { id })).rejects.toMatchObject({ code: 'CONFLICT' });
    await machine.db.taskExecution.update({ where: { id: executionId }, data: { status: 'FAILED' } });
    await deleteTask(ctx, { id });
    await deleteTask(ctx, { id });
    expect((await row(id)).archivedAt).not.toBeNull();
    await expect(updateTask(ctx, { id, input: { title: 'N' } })).rejects.toMatchObject({ code: 'ARCHIVED' });
    await expect(runTask(ctx, { taskId: id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect([
      await taskListing.count(ctx, {}),
      await taskListing.count(ctx, { filter: { includeArchived: true } }),
    ]).toMatchObject([{ totalCount: 0 }, { totalCount: 1 }]);
  });

  it('[TASK-1] are written by an OPERATOR and deleted by a MANAGER', async () => {
    const { ctx, agentId, add } = await open();
    const { organizationId } = ctx.viewer!;
    const operator = contextOf(machine, await seedMember(machine, organizationId, 'OPERATOR'));
    const { id } = await createTask(operator, { title: 'T', prompt: 'P', agentId });
    await updateTask(operator, { id, input: { title: 'U' } });
    await expect(deleteTask(operator, { id })).rejects.toBeInstanceOf(ForbiddenError);
    const viewer = contextOf(machine, await seedMember(machine, organizationId, 'VIEWER'));
    await expect(updateTask(viewer, { id: await add(), input: {} })).rejects.toBeInstanceOf(ForbiddenError);
  });

  it('[API-1] are filtered and ordered', async () => {
    const { ctx, agentId, add } = await open();
    for (const title of ['b', 'a', 'C']) await add({ title });
    const byTitle = taskListing.windowOf({ orderBy: { field: 'TITLE', direction: 'ASC' } });
    const titles = async (filter: FilterOf<typeof taskListing.filters>) =>
      (await taskListing.list(ctx, { filter, window: byTitle })).map(({ title }) => title);
    expect((await titles({ agentId })).sort()).toEqual(['C', 'a', 'b']);
    expect(
      await titles({ title: { in: ['A', 'B'] }, status: { equals: 'PENDING' }, mode: { in: ['IMMEDIATE'] } }),
    ).toEqual(['a', 'b']);
    expect(await titles({ status: { in: ['DRAFT'] } })).toEqual([]);
  });
});
