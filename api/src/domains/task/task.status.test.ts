import { describe, expect, it } from 'vitest';
import { execute } from '../../../test/setup/graphql.ts';
import { openTestMachine } from '../../../test/setup/machine.ts';
import { seedSimulatedAgent, seedViewer } from '../../../test/setup/run.ts';
import { ExecutionStatus } from '../../generated/prisma/enums.ts';
import { contextOf } from '../context.ts';
import { claimExecution } from '../execution/execution.claim.ts';
import { cancelExecution, finishExecution } from '../execution/execution.lifecycle.ts';
import { runTask } from '../execution/execution.service.ts';
import { createTask } from './task.service.ts';
import type { TaskStatus } from './task.status.ts';

const { machine } = await openTestMachine();

async function open() {
  const viewer = await seedViewer(machine);
  const ctx = contextOf(machine, viewer);
  const { agentId } = await seedSimulatedAgent(machine, viewer, { maxConcurrency: 5 });
  const add = async () => (await createTask(ctx, { title: 'Greet', prompt: 'Say hello.', agentId })).id;

  /** Of each task, by its title, as its reader sees it; and which tasks each filter finds. */
  async function look() {
    const all = '{ tasks(first: 100) { edges { node { title status } } } }';
    const { data, errors } = await execute(machine, viewer, all);
    expect(errors).toEqual([]);
    const nodes: { title: string; status: TaskStatus }[] = data['tasks'].edges.map(
      ({ node }: { node: unknown }) => node,
    );
    const found = await Promise.all(
      [...new Set(nodes.map(({ status }) => status))].map(async (status) => {
        const filtered = await execute(
          machine,
          viewer,
          `query ($status: TaskStatus!) {
            tasks(first: 100, filter: { status: { in: [$status] } }) { totalCount edges { node { title } } }
          }`,
          { status },
        );
        const titles: string[] = filtered.data['tasks'].edges.map(
          ({ node }: { node: { title: string } }) => node.title,
        );
        expect(filtered.data['tasks'].totalCount).toBe(titles.length);
        return titles.map((title) => ({ title, status }));
      }),
    );
    const sorted = (list: typeof nodes) => list.map(({ title, status }) => `${title}: ${status}`).sort();
    expect(sorted(found.flat())).toEqual(sorted(nodes));
    return Object.fromEntries(nodes.map(({ title, status }) => [title, status]));
  }
  return { ctx, add, look };
}

describe('The status of a task', () => {
  it('[TASK-1] follows from its last run, where it is read and where it is filtered by', async () => {
    const { ctx, add, look } = await open();
    const taskId = await add();
    expect(await look()).toEqual({ Greet: 'PENDING' });
    const { executionId } = await runTask(ctx, { taskId });
    expect(await look()).toEqual({ Greet: 'QUEUED' });
    const claim = await claimExecution(machine, { executionId, owner: 'test' });
    expect(await look()).toEqual({ Greet: 'RUNNING' });
    const { fence } = (claim as Extract<typeof claim, { status: 'CLAIMED' }>).execution;
    const outcome = { status: 'COMPLETED', output: 'done' } as const;
    await finishExecution(machine, { executionId, fence, outcome, events: [] });
    expect(await look()).toEqual({ Greet: 'COMPLETED' });
  });

  it('[TASK-1] is that of the newest run, also when an older one ends after it', async () => {
    const { ctx, add, look } = await open();
    const taskId = await add();
    const older = await runTask(ctx, { taskId });
    await claimExecution(machine, { executionId: older.executionId, owner: 'test' });
    await runTask(ctx, { taskId });
    await cancelExecution(machine, { executionId: older.executionId, cancelledById: null });
    expect(await look()).toEqual({ Greet: 'QUEUED' });
  });

  it('[TASK-1] is what a person has set unless the task is ACTIVE, and SKIPPED firings are no runs', async () => {
    const { ctx, add, look } = await open();
    const expected: Record<string, TaskStatus> = {};
    const statuses = [null, ...Object.values(ExecutionStatus)];
    const facts = [
      ...statuses.map((status) => ({ state: 'ACTIVE', mode: 'IMMEDIATE', status }) as const),
      ...statuses.map((status) => ({ state: 'ACTIVE', mode: 'RECURRING', status }) as const),
      ...[null, 'RUNNING' as const].flatMap((status) =>
        (['DRAFT', 'PAUSED'] as const).map((state) => ({ state, mode: 'IMMEDIATE', status }) as const),
      ),
    ];
    for (const { state, mode, status } of facts) {
      const id = await add();
      const title = `${state}, ${mode}, ${status}`;
      await machine.db.task.update({ where: { id }, data: { state, mode, title } });
      if (status) {
        const { executionId } = await runTask(ctx, { taskId: id });
        await machine.db.taskExecution.update({ where: { id: executionId }, data: { status } });
      }
      const hasRun = status !== null && status !== 'SKIPPED';
      const begun = status?.startsWith('WAITING') ? 'RUNNING' : (status as TaskStatus);
      const waiting = mode === 'IMMEDIATE' ? 'PENDING' : 'SCHEDULED';
      expected[title] = state !== 'ACTIVE' ? state : hasRun ? begun : waiting;
    }
    expect(await look()).toEqual(expected);
  });
});
