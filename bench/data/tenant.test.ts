import { expect, it } from 'vitest';
import { agentSnapshot } from '../../api/src/domains/agent/agent.revision.ts';
import { executionSnapshot } from '../../api/src/domains/execution/execution.snapshot.ts';
import { SEEDED } from '../../prisma/seed/organization.ts';
import { execute } from '../../api/test/setup/graphql.ts';
import { openTestMachine } from '../../api/test/setup/machine.ts';
import { LIST_QUERY } from '../list-query/document.ts';
import { holdRun } from './running-run.ts';
import { fillTenant } from './tenant.ts';

const { machine, env } = await openTestMachine();

it('fills an organization that the product can read and run', async () => {
  const size = { agents: 3, tasks: 2, executions: 60, eventsPerExecution: 6 };
  const tenant = await fillTenant(env.DATABASE_URL, { name: 'filled', passwordHash: 'none', ...size });
  const { organizationId, userId } = tenant;
  const where = { organizationId };

  const runs = await machine.db.taskExecution.findMany({ where });
  expect(runs).toHaveLength(60);
  expect(new Set(runs.map(({ status }) => status))).toEqual(new Set(['COMPLETED', 'FAILED', 'CANCELLED']));
  for (const { snapshot } of runs) expect(executionSnapshot.safeParse(snapshot).success).toBe(true);
  for (const { snapshot } of await machine.db.agentRevision.findMany({ where }))
    expect(agentSnapshot.safeParse(snapshot).success).toBe(true);
  expect(await machine.db.executionEvent.count({ where })).toBe(360);

  const viewer = { organizationId, userId, role: 'ADMIN', via: SEEDED } as const;
  const { data, errors } = await execute(machine, viewer, LIST_QUERY, { first: 20, runs: 5 });
  expect(errors).toEqual([]);
  expect(data['agents'].edges).toHaveLength(3);
  expect(data['agents'].edges[0].node.executions.edges).toHaveLength(5);

  const held = await holdRun(env.DATABASE_URL, tenant);
  expect(held).toMatchObject({ organizationId, lastSeq: 6 });
});
