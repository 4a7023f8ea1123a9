import { describe, expect, it } from 'vitest';
import { seedAgent } from '../../../../prisma/seed/agent.ts';
import { openTestMachine } from '../../../test/setup/machine.ts';
import { seedMember, seedViewer } from '../../../test/setup/run.ts';
import { answer, call, scriptModel } from '../../../test/setup/scripted-model.ts';
import { deleteServer, setServerMaintenance, updateServer, createServer } from './server.service.ts';
import type { McpPort, McpTarget } from '../../drivers/driver.ts';
import { createExecutionWorker } from '../../engine/worker.ts';
import { contextOf } from '../context.ts';
import { runAgent } from '../execution/execution.service.ts';
import { createModelProvider } from '../model/model.service.ts';
import type { Viewer } from '../policy.ts';
import { sealCredentials } from './server.credentials.ts';

const { machine } = await openTestMachine();
const SHARED = 'token-of-everybody';
const URL = 'http://127.0.0.1:1/mcp';

/** A server that answers by script; the runs of an agent on it are told which token they came with. */
async function open() {
  const viewer = await seedViewer(machine);
  const targets: McpTarget[] = [];
  const mcp: McpPort = {
    ...machine.mcp,
    async probe(target) {
      targets.push(target);
      const tools = [{ name: 'look', title: null, description: 'Looks.', inputSchema: {}, annotations: {} }];
      const server = { protocolVersion: '2025-11-25', serverName: 'scripted', serverVersion: '1' };
      return { ...server, isCut: false, latencyMs: 1, tools };
    },
    async callTool(target) {
      targets.push(target);
      const text = JSON.stringify(target.transport);
      return { isError: false, text, content: [], isTruncated: false };
    },
  };
  const ctx = { ...contextOf(machine, viewer), mcp };
  const input = { name: 'Remote', protocol: 'MCP' as const, url: URL, isStateless: true };
  const server = await createServer(ctx, { ...input, credentials: { bearerToken: SHARED } });
  return { ctx, viewer, mcp, server, targets };
}

/** What nobody can enter yet: a credential of one person. */
const store = ({ organizationId }: Viewer, of: { serverId: string; userId: string }, bearerToken: string) =>
  machine.db.serverCredential.create({
    data: { organizationId, ...of, ...sealCredentials(machine, of, { bearerToken }) },
  });

const tokenOf = ({ transport }: McpTarget) =>
  transport.type === 'http' ? transport.headers['authorization'] : undefined;

describe('[SRV-2] whose credentials', () => {
  it('[SRV-2] a run takes the own ones of whoever started it, and else those that are shared', async () => {
    const { ctx, viewer, mcp, server, targets } = await open();
    const other = await seedMember(machine, viewer.organizationId, 'OPERATOR');
    const provider = await createModelProvider(ctx, { name: 'P', kind: 'SIMULATED', defaultModel: 'm' });
    const agent = await seedAgent(ctx, {
      name: 'Looker',
      description: '',
      role: 'WORKER',
      systemPrompt: 'Look.',
      serverId: server.id,
      modelProviderId: provider.id,
      tools: ['look'],
    });
    await store(viewer, { serverId: server.id, userId: viewer.userId }, 'token-of-one-person');

    const run = async (starter: Viewer) => {
      targets.length = 0;
      const { executionId } = await runAgent(contextOf(machine, starter), {
        agentId: agent.id,
        prompt: 'Go.',
      });
      const model = scriptModel(call('remote__look'), answer('Seen.'));
      await createExecutionWorker({ machine, ports: { model, mcp } }).handle({ executionId });
      const { status } = await machine.db.taskExecution.findUniqueOrThrow({ where: { id: executionId } });
      expect(status).toBe('COMPLETED');
      // What the tool said is kept without the token that it repeats.
      const events = await machine.db.executionEvent.findMany({ where: { executionId } });
      expect(JSON.stringify(events)).not.toContain('token-of');
      return { tokens: targets.map(tokenOf), keys: targets.map(({ key }) => key) };
    };
    const own = await run(viewer);
    const shared = await run(other);
    expect(own.tokens).toEqual(['Bearer token-of-one-person', 'Bearer token-of-one-person']);
    expect(shared.tokens).toEqual([`Bearer ${SHARED}`, `Bearer ${SHARED}`]);
    // The server keeps nothing between calls, so runs share connections; never with somebody else's credential.
    expect(new Set(own.keys).size).toBe(1);
    expect(new Set([...own.keys, ...shared.keys]).size).toBe(2);
  });

  it('[SRV-2] a server has one that is shared and one for each person', async () => {
    const { viewer, server } = await open();
    const of = { serverId: server.id, userId: viewer.userId };
    await store(viewer, of, 'token-of-one-person');
    await expect(store(viewer, of, 'another-token')).rejects.toMatchObject({ code: 'P2002' });
    const { organizationId } = viewer;
    await expect(
      machine.db.serverCredential.create({ data: { organizationId, serverId: server.id, sealed: 'x' } }),
    ).rejects.toMatchObject({ code: 'P2002' });
  });

  it('[ORG-2] they belong to a server and a person of the same organization', async () => {
    const { viewer, server } = await open();
    const stranger = await seedViewer(machine);
    for (const organizationId of [viewer.organizationId, stranger.organizationId])
      await expect(
        store({ ...viewer, organizationId }, { serverId: server.id, userId: stranger.userId }, 'token-of-x'),
      ).rejects.toMatchObject({ code: 'P2003' });
  });
});

describe('[AUTH-5] how long they are kept', () => {
  const rowsOf = (serverId: string) => machine.db.serverCredential.findMany({ where: { serverId } });

  it('[AUTH-5] they go with their server, and those of a person with the person', async () => {
    const { ctx, viewer, server } = await open();
    const other = await seedMember(machine, viewer.organizationId, 'VIEWER');
    await store(viewer, { serverId: server.id, userId: other.userId }, 'token-of-one-person');
    await machine.db.user.delete({ where: { id: other.userId } });
    expect(await rowsOf(server.id)).toMatchObject([{ userId: null }]);
    await deleteServer(ctx, { id: server.id, force: false });
    expect(await rowsOf(server.id)).toEqual([]);
  });

  it('[SRV-2] nobody’s are sent to another place than they were entered for', async () => {
    const { ctx, viewer, server } = await open();
    await store(viewer, { serverId: server.id, userId: viewer.userId }, 'token-of-one-person');
    await updateServer(ctx, { id: server.id, input: { url: 'http://127.0.0.1:1/other' } });
    expect(await rowsOf(server.id)).toHaveLength(2);
    const moved = { url: 'http://127.0.0.1:2/mcp', credentials: { bearerToken: 'token-of-the-new-place' } };
    await updateServer(ctx, { id: server.id, input: moved });
    expect(await rowsOf(server.id)).toMatchObject([{ userId: null, hint: 'lace' }]);
  });

  it('[SRV-2] can be changed alone, and one of two that change them at once is told', async () => {
    const { ctx, server } = await open();
    await setServerMaintenance(ctx, { id: server.id, isInMaintenance: true });
    const change = (bearerToken: string) =>
      updateServer(ctx, { id: server.id, input: { credentials: { bearerToken } } });
    await change('token-number-one');
    expect(await rowsOf(server.id)).toMatchObject([{ hint: '-one', version: 2 }]);
    const outcomes = await Promise.allSettled([change('token-number-two'), change('token-number-three')]);
    const lost = outcomes.filter(({ status }) => status === 'rejected');
    for (const { reason } of lost as PromiseRejectedResult[])
      expect(reason).toMatchObject({ code: 'CONFLICT' });
    expect(await rowsOf(server.id)).toMatchObject([{ version: 4 - lost.length }]);
  });

  it('[AUD-1] the audit trail tells that they were changed, and of what no more than the hint', async () => {
    const { ctx, viewer, server } = await open();
    await updateServer(ctx, { id: server.id, input: { credentials: { bearerToken: 'token-number-two' } } });
    const { changes } = await machine.db.auditEntry.findFirstOrThrow({
      where: { organizationId: viewer.organizationId, action: 'serverUpdate' },
    });
    const [{ fields }] = changes as unknown as [{ fields: { field: string }[] }];
    expect(fields.filter(({ field }) => field.startsWith('cred'))).toEqual([
      { field: 'credentials' },
      { field: 'credentialsHint', before: 'body', after: '-two' },
    ]);
  });
});
