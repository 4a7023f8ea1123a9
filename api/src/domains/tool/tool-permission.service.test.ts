import { describe, expect, it } from 'vitest';
import { openTestMachine } from '../../../test/setup/machine.ts';
import { seedMember, seedViewer } from '../../../test/setup/run.ts';
import { contextOf } from '../context.ts';
import { ForbiddenError } from '../../platform/errors.ts';
import { createAgent } from '../agent/agent.service.ts';
import { createServer } from '../server/server.service.ts';
import { permissionRows, visibleTools } from './agent-tools.ts';
import { readTogether } from '../../platform/read-together.ts';
import { removeToolPermission, setToolPermission } from './tool-permission.service.ts';
import { serverToolListing, toolListing } from './tool.list.ts';
import { recordDiscoveredTools } from './tool-sync.service.ts';

const { machine } = await openTestMachine();

/** An agent, and a server that offers `read` and `write`. */
async function open() {
  const ctx = contextOf(machine, await seedViewer(machine));
  const { organizationId } = ctx.viewer!;
  const { id: serverId } = await createServer(ctx, { name: 'Sim', protocol: 'SIMULATION' });
  const tools = ['read', 'write'].map((name) => ({
    name,
    title: null,
    description: `Can ${name}.`,
    inputSchema: { type: 'object' },
    annotations: {},
  }));
  await machine.db.$transaction((tx) =>
    recordDiscoveredTools(tx, { organizationId, serverId, tools }, new Date()),
  );
  const { id: toolId } = await machine.db.toolDefinition.findFirstOrThrow({
    where: { serverId, name: 'read' },
  });
  const { id: agentId } = await createAgent(ctx, { name: 'A', role: 'WORKER', serverId });
  const visible = async () => {
    const now = new Date();
    const { permissions } = await readTogether(machine.sql, {
      permissions: permissionRows({ organizationId, agentId, userId: null, now }),
    });
    return visibleTools(permissions).map((tool) => tool.approved!.definition.name);
  };
  return { ctx, organizationId, serverId, agentId, toolId, visible };
}

const issuePath = (path: string[]) =>
  expect.objectContaining({ argumentPath: ['input', ...path], code: 'BAD_USER_INPUT' });

describe('[TOOL-4] permissions', () => {
  it('[TOOL-4] decide what the model sees: nothing without one, and nothing that is denied or expired', async () => {
    const { ctx, agentId, toolId, visible } = await open();
    const subject = { agentId, toolId };
    expect(await visible()).toEqual([]);
    await setToolPermission(ctx, { ...subject, input: { effect: 'ASK' } });
    expect(await visible()).toEqual(['read']);
    await setToolPermission(ctx, { ...subject, input: { effect: 'DENY' } });
    expect(await visible()).toEqual([]);
    await setToolPermission(ctx, {
      ...subject,
      input: { effect: 'ALLOW', expiresAt: new Date(Date.now() + 60_000) },
    });
    expect(await visible()).toEqual(['read']);
    await machine.db.agentToolPermission.updateMany({ where: subject, data: { expiresAt: new Date(0) } });
    expect(await visible()).toEqual([]);
    await removeToolPermission(ctx, subject);
    expect(await machine.db.agentToolPermission.count({ where: subject })).toBe(0);
    await expect(removeToolPermission(ctx, subject)).rejects.toMatchObject({
      argumentPath: ['input', 'toolId'],
    });
  });

  it('[TOOL-4] keep what is absent, clear what is null, and name who gave them last', async () => {
    const { ctx, organizationId, agentId, toolId } = await open();
    const full = {
      allowedPatterns: ['git *'],
      blockedPatterns: ['rm *'],
      callsPerHour: 5,
      reason: 'Needed.',
    };
    const first = await setToolPermission(ctx, { agentId, toolId, input: { effect: 'ALLOW', ...full } });
    const manager = contextOf(machine, await seedMember(machine, organizationId, 'MANAGER'));
    const second = await setToolPermission(manager, { agentId, toolId, input: { effect: 'ASK' } });
    expect(second).toEqual(first);
    const row = () => machine.db.agentToolPermission.findUniqueOrThrow({ where: first });
    expect(await row()).toMatchObject({ ...full, effect: 'ASK', grantedById: manager.viewer!.userId });
    const cleared = { allowedPatterns: null, blockedPatterns: null, callsPerHour: null, reason: null };
    await setToolPermission(ctx, { agentId, toolId, input: { effect: 'ASK', ...cleared } });
    expect(await row()).toMatchObject({
      allowedPatterns: [],
      blockedPatterns: [],
      callsPerHour: null,
      reason: null,
    });
  });

  it.each([
    [['allowedPatterns'], { allowedPatterns: Array(51).fill('x') }],
    [['blockedPatterns', '0'], { blockedPatterns: ['x'.repeat(201)] }],
    [['callsPerHour'], { callsPerHour: 0 }],
    [['expiresAt'], { expiresAt: new Date(0) }],
  ])('[TOOL-4] refuse a wrong %j', async (path, input) => {
    const { ctx, agentId, toolId } = await open();
    await expect(
      setToolPermission(ctx, { agentId, toolId, input: { effect: 'ALLOW', ...input } }),
    ).rejects.toEqual(issuePath(path));
  });

  it('[TOOL-4] are given by a MANAGER, and never for an archived agent', async () => {
    const { ctx, organizationId, agentId, toolId } = await open();
    const operator = contextOf(machine, await seedMember(machine, organizationId, 'OPERATOR'));
    const input = { effect: 'ALLOW' as const };
    await expect(setToolPermission(operator, { agentId, toolId, input })).rejects.toBeInstanceOf(
      ForbiddenError,
    );
    await machine.db.agent.update({ where: { id: agentId }, data: { archivedAt: new Date() } });
    await expect(setToolPermission(ctx, { agentId, toolId, input })).rejects.toMatchObject({
      code: 'ARCHIVED',
    });
  });

  it('[TOOL-4] make one revision each when they are set at once', async () => {
    const { ctx, agentId, toolId } = await open();
    await Promise.all(
      Array.from({ length: 4 }, () =>
        setToolPermission(ctx, { agentId, toolId, input: { effect: 'ALLOW' } }),
      ),
    );
    expect(await machine.db.agentRevision.count({ where: { agentId } })).toBe(5);
    expect(await machine.db.agentToolPermission.count({ where: { agentId } })).toBe(1);
  });
});

describe('[TOOL-1] catalogue', () => {
  it('[TOOL-1] hides the tools of archived servers until they are asked for by their server', async () => {
    const { ctx, serverId } = await open();
    const byName = { orderBy: { field: 'NAME', direction: 'ASC' } } as const;
    const all = { window: toolListing.windowOf(byName) };
    const onServers = { window: serverToolListing.windowOf(byName) };
    expect((await toolListing.list(ctx, all)).map(({ name }) => name)).toEqual(['read', 'write']);
    expect(
      await toolListing.count(ctx, { filter: { name: { equals: 'READ' }, kind: { in: ['MCP'] } } }),
    ).toEqual({ totalCount: 1, isCapped: false });
    await machine.db.serverConfiguration.update({
      where: { id: serverId },
      data: { archivedAt: new Date() },
    });
    expect(await toolListing.list(ctx, all)).toEqual([]);
    expect(await serverToolListing.list(ctx, onServers)).toEqual([]);
    expect(await toolListing.list(ctx, { ...all, filter: { serverId } })).toHaveLength(2);
    expect(
      await serverToolListing.list(ctx, {
        ...onServers,
        filter: { serverId, status: { equals: 'AVAILABLE' } },
      }),
    ).toHaveLength(2);
  });
});
