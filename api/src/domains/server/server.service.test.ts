import { describe, expect, it } from 'vitest';
import { seedMember, seedViewer } from '../../../test/setup/run.ts';
import { openTestMachine } from '../../../test/setup/machine.ts';
import { ConflictError, ForbiddenError, NotFoundError, PlanLimitError } from '../../platform/errors.ts';
import { createAgent, deleteAgent } from '../agent/agent.service.ts';
import { contextOf, type ServiceContext } from '../context.ts';
import { runAgent } from '../execution/execution.service.ts';
import { validateAgent } from '../agent/agent.lifecycle.ts';
import type { FilterOf } from '../listing.ts';
import { serverListing } from './server.list.ts';
import {
  createServer,
  deleteServer,
  setServerMaintenance,
  updateServer,
  type ServerCreation,
} from './server.service.ts';
import { planServerDeletion } from './server.deletion.ts';
import { openCredentials, secretsIn, SHARED_CREDENTIALS } from './server.credentials.ts';

const { machine } = await openTestMachine();

/** Nobody listens there: a refused connection is quick. */
const DEAD_URL = 'http://127.0.0.1:1/mcp';
const SIMULATION = { name: 'Sim', protocol: 'SIMULATION' } as const;

const open = async (role: Parameters<typeof seedViewer>[1] = 'ADMIN') =>
  contextOf(machine, await seedViewer(machine, role));
const row = (id: string) =>
  machine.db.serverConfiguration.findUniqueOrThrow({
    where: { id },
    include: { credentials: SHARED_CREDENTIALS },
  });
const issuePath = (path: string[]) =>
  expect.objectContaining({ argumentPath: ['input', ...path], code: 'BAD_USER_INPUT' });

describe('[SRV-1] create and update', () => {
  it('[SRV-1] saves an unreachable server as OFFLINE with the reason, never as a failure', async () => {
    const ctx = await open();
    const { id } = await createServer(ctx, { name: 'Café Déjà vu', protocol: 'MCP', url: DEAD_URL });
    expect(await row(id)).toMatchObject({
      slug: 'cafe-deja-vu',
      status: 'OFFLINE',
      statusReason: expect.any(String),
    });
    expect(await machine.db.serverHealthSample.count({ where: { serverId: id, status: 'OFFLINE' } })).toBe(1);
  });

  it('[SRV-1] gives each server of an organization its own slug, and keeps it when the name changes', async () => {
    const ctx = await open();
    const first = await createServer(ctx, SIMULATION);
    const second = await createServer(ctx, SIMULATION);
    await updateServer(ctx, { id: first.id, input: { name: 'Other' } });
    expect([(await row(first.id)).slug, (await row(second.id)).slug]).toEqual(['sim', 'sim-2']);
  });

  it.each([
    [{ protocol: 'MCP' }, ['url']],
    [{ protocol: 'MCP', url: DEAD_URL, command: 'node' }, ['command']],
    [{ protocol: 'MCP', url: 'wss://example.com/mcp' }, ['url']],
    [{ protocol: 'MCP', url: 'ftp://example.com' }, ['url']],
    [{ protocol: 'MCP', url: 'https://me:secret@example.com' }, ['url']],
    [{ protocol: 'MCP', url: DEAD_URL, args: ['x'] }, ['args']],
    [{ protocol: 'AGENT_HOST', url: DEAD_URL }, ['protocol']],
    [{ protocol: 'ACP', command: 'node' }, ['protocol']],
    [{ protocol: 'SIMULATION', url: DEAD_URL }, ['url']],
    [{ protocol: 'SIMULATION', callTimeoutMs: 1 }, ['callTimeoutMs']],
    [{ protocol: 'SIMULATION', name: '  ' }, ['name']],
  ] satisfies [Partial<ServerCreation>, string[]][])('[SRV-1] refuses %j', async (input, path) => {
    const ctx = await open();
    await expect(createServer(ctx, { name: 'S', ...input })).rejects.toEqual(issuePath(path));
    expect(
      await machine.db.serverConfiguration.count({ where: { organizationId: ctx.viewer!.organizationId } }),
    ).toBe(0);
  });

  it('[SRV-1] leaves what is absent unchanged and clears what is null', async () => {
    const ctx = await open();
    const { id } = await createServer(ctx, { ...SIMULATION, description: 'Old' });
    await updateServer(ctx, { id, input: { callTimeoutMs: 5_000, isTrusted: true } });
    expect(await row(id)).toMatchObject({
      description: 'Old',
      callTimeoutMs: 5_000,
      isTrusted: true,
      name: 'Sim',
    });
    await updateServer(ctx, { id, input: { description: null } });
    expect(await row(id)).toMatchObject({ description: '', callTimeoutMs: 5_000 });
    await expect(updateServer(ctx, { id, input: { name: null } })).rejects.toEqual(issuePath(['name']));
  });

  it('[ORG-3] counts servers in use against the plan, and archived ones not', async () => {
    const ctx = await open();
    await machine.db.organization.update({
      where: { id: ctx.viewer!.organizationId },
      data: { plan: 'FREE' },
    });
    const servers = await Promise.all(Array.from({ length: 5 }, () => createServer(ctx, SIMULATION)));
    await expect(createServer(ctx, SIMULATION)).rejects.toMatchObject({
      constructor: PlanLimitError,
      limit: 5,
      usage: 5,
    });
    await machine.db.serverConfiguration.update({
      where: { id: servers[0]!.id },
      data: { archivedAt: new Date() },
    });
    await expect(createServer(ctx, SIMULATION)).resolves.toBeDefined();
  });
});

describe('[SRV-2] credentials', () => {
  const create = (ctx: ServiceContext, credentials: object) =>
    createServer(ctx, { name: 'Remote', protocol: 'MCP', url: DEAD_URL, credentials });

  it('[SRV-2] stores them sealed to their row, with a hint of the token', async () => {
    const ctx = await open();
    const { id } = await create(ctx, { bearerToken: 'token-0123456789', headers: { 'X-Team': 'blue' } });
    const server = await row(id);
    const stored = server.credentials[0]!;
    expect(stored).toMatchObject({ userId: null, hint: '6789', version: 1 });
    expect(stored.sealed).not.toContain('0123456789');
    expect(openCredentials(ctx, server)).toEqual({
      bearerToken: 'token-0123456789',
      headers: { 'X-Team': 'blue' },
    });
    for (const moved of [{ serverId: 'another' }, { userId: ctx.viewer!.userId }])
      expect(() => openCredentials(ctx, { credentials: [{ ...stored, ...moved }] })).toThrow(
        'changed or moved',
      );
  });

  it('[SRV-2] changes one part and keeps the others; null clears a part, or all', async () => {
    const ctx = await open();
    const { id } = await create(ctx, { bearerToken: 'token-0123456789', headers: { 'X-Team': 'blue' } });
    await updateServer(ctx, { id, input: { credentials: { bearerToken: 'short' } } });
    let server = await row(id);
    expect(openCredentials(ctx, server)).toEqual({ bearerToken: 'short', headers: { 'X-Team': 'blue' } });
    expect(server.credentials).toMatchObject([{ hint: null, version: 2 }]);
    await updateServer(ctx, { id, input: { credentials: { headers: null } } });
    server = await row(id);
    expect(openCredentials(ctx, server)).toEqual({ bearerToken: 'short' });
    await updateServer(ctx, { id, input: { credentials: null } });
    expect((await row(id)).credentials).toEqual([]);
  });

  it('[EXE-12] takes for a secret what was marked so, and of the rest what is not ordinary', async () => {
    const ctx = await open();
    const { id } = await create(ctx, {
      headers: {
        Accept: 'application/json',
        'X-Region': 'production',
        'X-Team': { value: 'bluebell', isSecret: true },
        'X-Link': { value: 'https://example.test/a1b2', isSecret: false },
        'X-Password': 'swordfish',
        'X-Other': 'q7w8e9r0',
        Authorization: `Basic ${Buffer.from('user:open-sesame').toString('base64')}`,
      },
    });
    const secrets = secretsIn(openCredentials(ctx, await row(id)));
    expect(secrets.filter((secret) => !/^(Basic )?dXNl/.test(secret))).toEqual([
      'bluebell',
      'swordfish',
      'q7w8e9r0',
      'open-sesame',
    ]);
    // What was said of a header stays until the headers are entered again.
    await updateServer(ctx, { id, input: { credentials: { bearerToken: null } } });
    expect(secretsIn(openCredentials(ctx, await row(id)))).toEqual(secrets);
    await updateServer(ctx, { id, input: { credentials: { headers: { 'X-Team': 'bluebell' } } } });
    expect(secretsIn(openCredentials(ctx, await row(id)))).toEqual([]);
  });

  it('[SRV-2] never sends stored credentials to another host than they were entered for', async () => {
    const ctx = await open();
    const { id } = await create(ctx, { bearerToken: 'token-0123456789', headers: { 'X-Team': 'blue' } });
    const moved = { url: 'http://127.0.0.1:2/mcp' };
    await expect(updateServer(ctx, { id, input: moved })).rejects.toEqual(issuePath(['credentials']));
    await expect(updateServer(ctx, { id, input: { url: null, preset: { name: 'files' } } })).rejects.toEqual(
      issuePath(['credentials']),
    );
    await updateServer(ctx, { id, input: { url: 'http://127.0.0.1:1/other' } });
    await updateServer(ctx, { id, input: { ...moved, credentials: { bearerToken: 'another-token-99' } } });
    // What was not entered again is gone.
    expect(openCredentials(ctx, await row(id))).toEqual({ bearerToken: 'another-token-99' });
  });

  it.each([
    [{ env: { A: 'b' } }, ['credentials', 'env']],
    [{ headers: { 'bad name': 'x' } }, ['credentials', 'headers', 'bad name']],
    [{ headers: { Host: 'x' } }, ['credentials', 'headers', 'Host']],
    [{ headers: { A: 'x\r\nB: y' } }, ['credentials', 'headers', 'A']],
    [{ headers: { A: 5 } }, ['credentials', 'headers', 'A']],
    [{ headers: { A: { value: 'short', isSecret: true } } }, ['credentials', 'headers', 'A']],
    [{ headers: { A: 'x'.repeat(8_192), B: 'x'.repeat(8_192), C: 'x' } }, ['credentials', 'headers']],
    [{ bearerToken: 't', headers: { AUTHORIZATION: 'x' } }, ['credentials', 'headers']],
  ])('[SRV-2] refuses %j', async (credentials, path) => {
    await expect(create(await open(), credentials)).rejects.toEqual(issuePath(path));
  });
});

describe('[SRV-5] addresses and commands', () => {
  const stdio = { name: 'Files', protocol: 'MCP' as const, command: 'node', args: ['server.js'] };

  it.each(['http://127.0.0.1/mcp', 'http://169.254.169.254/', 'http://localhost:8080', 'http://[::1]/'])(
    '[SRV-5] refuses the private address %s when it is saved',
    async (url) => {
      const ctx = await open();
      const guarded = { ...ctx, settings: { ...ctx.settings, allowPrivateNetwork: false } };
      await expect(createServer(guarded, { name: 'S', protocol: 'MCP', url })).rejects.toEqual(
        issuePath(['url']),
      );
    },
  );

  const operator = async (role: 'ADMIN' | 'MANAGER' = 'ADMIN') =>
    contextOf(machine, await seedViewer(machine, role, { isOperator: true }));

  it("[SRV-5] lets only an ADMIN of the operator's organization name or change a command", async () => {
    const ctx = await operator();
    const manager = contextOf(machine, await seedMember(machine, ctx.viewer!.organizationId, 'MANAGER'));
    await expect(createServer(manager, stdio)).rejects.toMatchObject({
      constructor: ForbiddenError,
      argumentPath: ['input', 'command'],
    });
    const { id } = await createServer(ctx, { ...stdio, args: ['missing.js'] });
    for (const input of [
      { args: [] },
      { command: null, url: DEAD_URL },
      { credentials: { env: { A: 'b' } } },
    ]) {
      await expect(updateServer(manager, { id, input })).rejects.toBeInstanceOf(ForbiddenError);
    }
    await expect(updateServer(manager, { id, input: { name: 'Renamed' } })).resolves.toEqual({ id });
  });

  it.each([
    { command: '/usr/bin/env', args: ['node', '--loader=data:text/javascript,1'] },
    { command: 'node', args: ['-e', '0'] },
    { command: 'npx', args: ['anything'] },
    { command: 'bash' },
  ])('[SRV-5] refuses every command of an ADMIN of another organization: %j', async (change) => {
    await expect(createServer(await open(), { ...stdio, ...change })).rejects.toEqual(issuePath(['command']));
  });

  it('[SRV-5] refuses credentials that a program has no use for', async () => {
    await expect(
      createServer(await operator(), { ...stdio, credentials: { bearerToken: 'x' } }),
    ).rejects.toEqual(issuePath(['credentials', 'bearerToken']));
  });

  it.each(['OFF', 'PRESETS'] as const)(
    '[SRV-5] takes no command from anybody in the mode %s',
    async (stdioMode) => {
      const ctx = await operator();
      const closed = { ...ctx, settings: { ...ctx.settings, stdioMode } };
      await expect(createServer(closed, stdio)).rejects.toEqual(issuePath(['command']));
    },
  );
});

describe('[SRV-4] maintenance', () => {
  it('[SRV-4] is set and ended by a person', async () => {
    const ctx = await open();
    const { id } = await createServer(ctx, SIMULATION);
    await setServerMaintenance(ctx, { id, isInMaintenance: true });
    const first = await row(id);
    expect(first.status).toBe('MAINTENANCE');
    await setServerMaintenance(ctx, { id, isInMaintenance: true });
    expect((await row(id)).statusChangedAt).toEqual(first.statusChangedAt);
    await setServerMaintenance(ctx, { id, isInMaintenance: false });
    expect(await row(id)).toMatchObject({ status: 'ONLINE', statusReason: null });
  });
});

describe('[SRV-6] delete', () => {
  it('[SRV-6] deletes a server without history, refuses one in use, and archives one with history by force', async () => {
    const ctx = await open();
    /** What a person is told before the click. */
    const planned = async (serverId: string) => {
      const { organizationId } = ctx.viewer!;
      return (await planServerDeletion(machine, machine.db, { organizationId, serverId })).effect;
    };
    const unused = await createServer(ctx, SIMULATION);
    expect(await planned(unused.id)).toBe('DELETED');
    await deleteServer(ctx, { id: unused.id, force: false });
    expect(await machine.db.serverConfiguration.findUnique({ where: { id: unused.id } })).toBeNull();

    const { id } = await createServer(ctx, SIMULATION);
    const agent = await createAgent(ctx, { name: 'A', role: 'WORKER', serverId: id });
    expect(await planned(id)).toBe('REFUSED');
    await expect(deleteServer(ctx, { id, force: true })).rejects.toThrow('1 agent uses this server');
    await validateAgent(ctx, agent);
    const { executionId } = await runAgent(ctx, { agentId: agent.id, prompt: 'Hi' });
    await machine.db.taskExecution.update({ where: { id: executionId }, data: { status: 'COMPLETED' } });
    await deleteAgent(ctx, agent);

    expect(await planned(id)).toBe('ARCHIVED');
    await expect(deleteServer(ctx, { id, force: false })).rejects.toMatchObject({
      constructor: ConflictError,
      code: 'HAS_HISTORY',
    });
    await deleteServer(ctx, { id, force: true });
    expect((await row(id)).archivedAt).not.toBeNull();
    expect(await serverListing.count(ctx, {})).toMatchObject({ totalCount: 0 });
    expect(await serverListing.count(ctx, { filter: { includeArchived: true } })).toMatchObject({
      totalCount: 1,
    });
    await expect(updateServer(ctx, { id, input: { name: 'New' } })).rejects.toMatchObject({
      code: 'ARCHIVED',
    });
    await expect(createAgent(ctx, { name: 'B', role: 'WORKER', serverId: id })).rejects.toBeInstanceOf(
      NotFoundError,
    );
  });

  it('[AUTH-5] erases the credentials of an archived server', async () => {
    const ctx = await open();
    const { id } = await createServer(ctx, {
      name: 'Remote',
      protocol: 'MCP',
      url: DEAD_URL,
      credentials: { bearerToken: 'token-0123456789' },
    });
    const agent = await createAgent(ctx, { name: 'A', role: 'WORKER', serverId: id });
    await machine.db.agent.update({ where: { id: agent.id }, data: { archivedAt: new Date() } });
    await deleteServer(ctx, { id, force: true });
    expect(await machine.db.serverCredential.count({ where: { serverId: id } })).toBe(0);
  });
});

describe('[API-1] list', () => {
  it('[API-1] filters by name, protocol and status, and orders totally', async () => {
    const ctx = await open();
    for (const name of ['beta', 'Alpha', 'alphabet']) await createServer(ctx, { ...SIMULATION, name });
    await createServer(ctx, { name: 'remote', protocol: 'MCP', url: DEAD_URL });
    const byName = serverListing.windowOf({ orderBy: { field: 'NAME', direction: 'ASC' } });
    const names = async (filter: FilterOf<typeof serverListing.filters>) =>
      (await serverListing.list(ctx, { filter, window: byName })).map(({ name }) => name);
    expect(await names({ name: { startsWith: 'ALPHA' } })).toEqual(['Alpha', 'alphabet']);
    expect(await names({ protocol: { equals: 'MCP' } })).toEqual(['remote']);
    expect(await names({ status: { in: ['OFFLINE'] }, name: { contains: 'mot' } })).toEqual(['remote']);
    expect(await names({ status: { in: [] } })).toEqual([]);
  });
});
