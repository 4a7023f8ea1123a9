import { expect, it } from 'vitest';
import { openTestMachine } from '../../test/setup/machine.ts';
import { seedEstate } from '../../test/setup/estate.ts';
import { seedViewer } from '../../test/setup/run.ts';
import { readTogether, rowsOf } from './read-together.ts';
import { UnsupportedError } from './row-conditions.ts';

const { machine } = await openTestMachine();

it('several lists are read by one statement as Prisma reads each of them', async () => {
  const viewer = await seedViewer(machine);
  await seedEstate(machine, viewer, 'A');
  const { organizationId } = viewer;
  const users = rowsOf('User', {
    where: { organizationId, disabledAt: null },
    select: { id: true, role: true },
  });
  const servers = rowsOf('ServerConfiguration', {
    where: { organizationId },
    include: { credentials: { orderBy: { userId: { sort: 'asc', nulls: 'last' } }, take: 1 }, agents: true },
  });
  const permissions = rowsOf('AgentToolPermission', {
    where: { organizationId, OR: [{ expiresAt: null }, { expiresAt: { gt: new Date() } }] },
    include: { tool: { include: { serverTools: { include: { server: true } } } } },
    orderBy: { tool: { name: 'asc' } },
  });
  const providers = rowsOf('ModelProvider', { where: { organizationId, name: 'nobody' } });

  const read = await readTogether(machine.sql, { users, servers, permissions, providers });

  expect(read.servers.length).toBeGreaterThan(0);
  expect(read.servers.some(({ agents }) => agents.length > 0)).toBe(true);
  expect(read.permissions.length).toBeGreaterThan(0);
  expect(read).toEqual({
    users: await machine.db.user.findMany(users.args),
    servers: await machine.db.serverConfiguration.findMany({ ...servers.args, orderBy: { id: 'asc' } }),
    permissions: await machine.db.agentToolPermission.findMany(permissions.args),
    providers: [],
  });
});

it('refuses what it would read otherwise than Prisma', async () => {
  const skipped = rowsOf('User', { skip: 1 });
  await expect(readTogether(machine.sql, { skipped })).rejects.toThrow(UnsupportedError);
  const distinct = rowsOf('User', { select: { sessions: { distinct: 'id' } } });
  await expect(readTogether(machine.sql, { distinct })).rejects.toThrow(UnsupportedError);
});
