import { expect, it } from 'vitest';
import { openTestMachine } from '../../../test/setup/machine.ts';
import { seedSimulatedAgent, seedViewer } from '../../../test/setup/run.ts';
import { contextOf, type Machine } from '../context.ts';
import { resumeParent } from './execution.children.ts';
import { claimExecution } from './execution.claim.ts';
import { followUp } from './execution.ended.ts';
import { cancelExecution, writeSuspension } from './execution.lifecycle.ts';
import { runAgent } from './execution.service.ts';
import { sweepExecutions } from './execution.sweep.ts';

const { machine } = await openTestMachine();

/** Who hears every bell of a queue, and rings none. */
function listen(): { listened: Machine; rung: [string, string][] } {
  const rung: [string, string][] = [];
  const add: typeof machine.queues.add = async (name, data) => void rung.push([name, data.executionId]);
  return { listened: { ...machine, queues: { ...machine.queues, add } }, rung };
}

/** A run that waits for two others. */
async function seedFamily() {
  const { listened, rung } = listen();
  const viewer = await seedViewer(machine);
  const { agentId } = await seedSimulatedAgent(machine, viewer);
  const start = async (prompt: string) =>
    (await runAgent(contextOf(listened, viewer), { agentId, prompt })).executionId;
  const parent = await start('Share it out.');
  const claim = await claimExecution(listened, { executionId: parent, owner: 'test' });
  if (claim.status !== 'CLAIMED') throw new Error(claim.status);
  const children = [await start('One half.'), await start('The other half.')] as const;
  await machine.sql.query(`UPDATE "TaskExecution" SET "parentId" = $1 WHERE "id" = ANY($2)`, [
    parent,
    children,
  ]);
  const suspension = { status: 'WAITING_CHILDREN', wakeAt: null } as const;
  await writeSuspension(listened, { execution: claim.execution, suspension, events: [] });
  rung.length = 0;
  const end = (executionId: string) => cancelExecution(listened, { executionId, cancelledById: null });
  const statusOfParent = async () =>
    (await machine.db.taskExecution.findUniqueOrThrow({ where: { id: parent } })).status;
  return { listened, rung, parent, children, end, statusOfParent };
}

it('[EXE-8] a run that waits for others goes on when the last of them has ended', async () => {
  const { listened, rung, parent, children, end, statusOfParent } = await seedFamily();
  for (const child of children) {
    expect(await statusOfParent()).toBe('WAITING_CHILDREN');
    await end(child);
    expect(rung).toContainEqual(['execution-ended', child]);
    await followUp(listened, { resumeParent }, { executionId: child });
    expect(await machine.db.executionFollowUp.count({ where: { executionId: child } })).toBe(0);
  }
  expect(await statusOfParent()).toBe('QUEUED');
  expect(rung.filter(([name]) => name === 'task-execution').map(([, id]) => id)).toContain(parent);
});

it('[EXE-6] what follows an end is found by the sweep when a crash left it', async () => {
  const { listened, rung, children, end, statusOfParent } = await seedFamily();
  for (const child of children) await end(child);
  await machine.sql.query(
    `UPDATE "ExecutionFollowUp" SET "createdAt" = now() - interval '1 minute' WHERE "executionId" = ANY($1)`,
    [children],
  );
  rung.length = 0;
  await sweepExecutions(listened);
  for (const child of children) {
    expect(rung).toContainEqual(['execution-ended', child]);
    await followUp(listened, { resumeParent }, { executionId: child });
  }
  expect(await statusOfParent()).toBe('QUEUED');
  expect(await machine.db.executionFollowUp.count({ where: { executionId: { in: [...children] } } })).toBe(0);
});

it('[EXE-8] the end of a run that has no parent leaves nothing to do', async () => {
  const { listened, rung } = listen();
  const viewer = await seedViewer(machine);
  const { agentId } = await seedSimulatedAgent(machine, viewer);
  const { executionId } = await runAgent(contextOf(listened, viewer), { agentId, prompt: 'Alone.' });
  rung.length = 0;
  await cancelExecution(listened, { executionId, cancelledById: null });
  expect(rung).toEqual([]);
  expect(await machine.db.executionFollowUp.count({ where: { executionId } })).toBe(0);
});
