import { expect, it } from 'vitest';
import { openTestMachine } from '../../../test/setup/machine.ts';
import { seedSimulatedAgent, seedViewer } from '../../../test/setup/run.ts';
import { contextOf } from '../context.ts';
import { PLAN_LIMITS } from '../organization/plan.ts';
import { runAgent } from './execution.service.ts';

const { machine } = await openTestMachine();
const most = PLAN_LIMITS.PRO.executionsPerMonth!;
const month = new Date(Date.UTC(2026, 4));

it('[ORG-3] two at once do not both take the last run of a month, and the next month begins anew', async () => {
  const viewer = await seedViewer(machine);
  const { organizationId } = viewer;
  const { agentId } = await seedSimulatedAgent(machine, viewer);
  const at = (instant: string) => contextOf({ ...machine, clock: { now: () => new Date(instant) } }, viewer);
  await machine.db.executionMonth.create({ data: { organizationId, month, executions: most - 1 } });

  const inMay = at('2026-05-31T23:59:59.999Z');
  const both = await Promise.allSettled([
    runAgent(inMay, { agentId, prompt: 'One.' }),
    runAgent(inMay, { agentId, prompt: 'Two.' }),
  ]);
  expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
    reason: { code: 'PLAN_LIMIT', message: expect.stringContaining('executions a month') },
  });
  expect(await machine.db.taskExecution.count({ where: { organizationId } })).toBe(1);

  await runAgent(at('2026-06-01T00:00:00Z'), { agentId, prompt: 'Three.' });
  expect(
    await machine.db.executionMonth.findMany({ where: { organizationId }, orderBy: { month: 'asc' } }),
  ).toMatchObject([{ executions: most }, { executions: 1 }]);
});

it('[ORG-3] a run that is refused is not counted', async () => {
  const viewer = await seedViewer(machine);
  const ctx = contextOf(machine, viewer);
  await expect(runAgent(ctx, { agentId: 'nobody', prompt: 'Go.' })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  const { organizationId } = viewer;
  expect(await machine.db.executionMonth.count({ where: { organizationId } })).toBe(0);
});
