import { randomUUID } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { verifyAudit } from '../src/domains/audit/audit.service.ts';
import { createAgent } from '../src/domains/agent/agent.service.ts';
import { contextOf, type ServiceContext } from '../src/domains/context.ts';
import type { Noun } from '../src/domains/policy.ts';
import { createServer } from '../src/domains/server/server.service.ts';
import { createTask } from '../src/domains/task/task.service.ts';
import { openSession } from '../src/domains/user/session.service.ts';
import { globalId } from '../src/graphql/ids.ts';
import { createSchema } from '../src/schema.ts';
import { openTestApp } from './setup/app.ts';
import { type Estate, seedEstate } from './setup/estate.ts';
import { openTestMachine } from './setup/machine.ts';
import { seedViewer } from './setup/run.ts';
import { documentOf, listRootFields } from './source/operations.ts';

/**
 * Makes every mutation of the schema once, on an estate of its own, and looks for its audit entry. A mutation that is added
 * tomorrow fails here until it has a row.
 */
const testMachine = await openTestMachine({ STUDIO_REGISTRATION: 'OPEN' });
const { machine } = testMachine;
const { post, tokenOf } = await openTestApp(testMachine);
const schema = createSchema();
const mutations = listRootFields(schema).filter(({ kind }) => kind === 'mutation');

vi.spyOn(machine.mcp, 'probe').mockResolvedValue({
  protocolVersion: '2025-06-18',
  serverName: 'Scripted',
  serverVersion: '1',
  tools: [],
  isCut: false,
  latencyMs: 1,
});

const PASSWORD = 'correct horse battery';

interface Site {
  ctx: ServiceContext;
  organizationId: string;
  /** Global ids of one row of each noun. */
  own: Estate;
}

interface Row {
  /** What the entry is about; null for a mutation that leaves none. */
  target: Noun | null;
  /** The input of a call that succeeds; undefined for a mutation that takes none. */
  input: (site: Site) => object | Promise<object | undefined> | undefined;
  isAnonymous?: true;
}

const SERVER = 'ServerConfiguration';
const local = (id: string) => Buffer.from(id, 'base64').toString().split(':')[1]!;

const addAgent = async ({ ctx, own }: Site) =>
  createAgent(ctx, { name: 'Other', role: 'WORKER', serverId: local(own[SERVER]!) });
const addServer = (ctx: ServiceContext) =>
  createServer(ctx, { name: 'Remote', protocol: 'MCP', url: 'http://127.0.0.1:1/mcp' });
const emailOf = async ({ ctx }: Site) =>
  (await machine.db.user.findUniqueOrThrow({ where: { id: ctx.viewer!.userId } })).email;
const onServer = async ({ ctx }: Site) => ({
  serverId: globalId(SERVER, (await addServer(ctx)).id),
});
/** The run of the site comes to wait for a person. */
async function awaitAnswer({ own }: Site, noun: 'Approval' | 'InputRequest' = 'Approval'): Promise<string> {
  await machine.db.taskExecution.update({
    where: { id: local(own['TaskExecution']!) },
    data: {
      status: noun === 'Approval' ? 'WAITING_APPROVAL' : 'WAITING_INPUT',
      agentSlot: null,
      organizationSlot: null,
      leaseUntil: null,
    },
  });
  return own[noun]!;
}
const onAgent = ({ own }: Site) => ({ agentId: own['Agent'] });

const ROWS: Record<string, Row> = {
  agentActivate: {
    target: 'Agent',
    async input(site) {
      await machine.db.agent.update({
        where: { id: local(site.own['Agent']!) },
        data: { state: 'INACTIVE' },
      });
      return onAgent(site);
    },
  },
  agentCreate: {
    target: 'Agent',
    input: ({ own }) => ({ name: 'New', role: 'WORKER', serverId: own[SERVER] }),
  },
  agentDeactivate: { target: 'Agent', input: onAgent },
  agentDelete: {
    target: 'Agent',
    input: async (site) => ({ agentId: globalId('Agent', (await addAgent(site)).id) }),
  },
  agentRestoreRevision: { target: 'Agent', input: (site) => ({ ...onAgent(site), number: 1 }) },
  agentRun: { target: 'TaskExecution', input: (site) => ({ ...onAgent(site), prompt: 'Say hello.' }) },
  agentUpdate: { target: 'Agent', input: (site) => ({ ...onAgent(site), systemPrompt: 'Be brief.' }) },
  agentValidate: {
    target: 'Agent',
    input: async (site) => ({ agentId: globalId('Agent', (await addAgent(site)).id) }),
  },
  approvalResolve: {
    target: 'Approval',
    input: async (site) => ({ approvalId: await awaitAnswer(site), decision: 'APPROVE' }),
  },
  approvalsResolve: {
    target: 'Approval',
    input: async (site) => ({ approvalIds: [await awaitAnswer(site)], decision: 'REJECT' }),
  },
  authLogin: {
    target: 'Session',
    isAnonymous: true,
    input: async (site) => ({ email: await emailOf(site), password: PASSWORD }),
  },
  authLogout: { target: 'Session', input: () => undefined },
  // A browser does it by itself every quarter of an hour: nobody has done anything, and nothing is other than before.
  authRefresh: {
    target: null,
    isAnonymous: true,
    async input({ ctx }) {
      const { userId: id, organizationId } = ctx.viewer!;
      return { refreshToken: (await openSession(ctx, { id, organizationId })).refreshToken };
    },
  },
  authRegister: {
    target: 'Organization',
    isAnonymous: true,
    input: () => ({
      email: `${randomUUID()}@example.com`,
      password: PASSWORD,
      name: 'Ada',
      organizationName: 'New',
    }),
  },
  inputRequestResolve: {
    target: 'InputRequest',
    input: async (site) => ({
      inputRequestId: await awaitAnswer(site, 'InputRequest'),
      answer: { answer: 'Yes.' },
    }),
  },
  executionCancel: {
    target: 'TaskExecution',
    input: ({ own }) => ({ executionId: own['TaskExecution'] }),
  },
  executionRetry: {
    target: 'TaskExecution',
    async input({ own }) {
      const id = local(own['TaskExecution']!);
      const ended = { status: 'COMPLETED', agentSlot: null, organizationSlot: null } as const;
      await machine.db.taskExecution.update({ where: { id }, data: ended });
      return { executionId: own['TaskExecution'] };
    },
  },
  modelProviderCreate: {
    target: 'ModelProvider',
    input: () => ({ name: 'New', kind: 'SIMULATED', defaultModel: 'simulated' }),
  },
  modelProviderDelete: {
    target: 'ModelProvider',
    input: ({ own }) => ({ modelProviderId: own['ModelProvider'] }),
  },
  modelProviderUpdate: {
    target: 'ModelProvider',
    input: ({ own }) => ({ modelProviderId: own['ModelProvider'], defaultModel: 'other' }),
  },
  serverCreate: { target: SERVER, input: () => ({ name: 'New', protocol: 'SIMULATION' }) },
  serverDelete: { target: SERVER, input: onServer },
  serverSetMaintenance: {
    target: SERVER,
    input: ({ own }) => ({ serverId: own[SERVER], isInMaintenance: true }),
  },
  serverSyncTools: { target: SERVER, input: onServer },
  serverTest: { target: SERVER, input: onServer },
  serverUpdate: { target: SERVER, input: ({ own }) => ({ serverId: own[SERVER], name: 'Renamed' }) },
  sessionRevoke: { target: 'Session', input: ({ own }) => ({ sessionId: own['Session'] }) },
  taskCreate: { target: 'Task', input: (site) => ({ ...onAgent(site), title: 'New', prompt: 'Say hello.' }) },
  taskDelete: {
    target: 'Task',
    async input({ ctx, own }) {
      const task = { title: 'T', prompt: 'P', agentId: local(own['Agent']!) };
      return { taskId: globalId('Task', (await createTask(ctx, task)).id) };
    },
  },
  taskRun: { target: 'TaskExecution', input: ({ own }) => ({ taskId: own['Task'] }) },
  taskUpdate: { target: 'Task', input: ({ own }) => ({ taskId: own['Task'], title: 'Renamed' }) },
  toolApproveDrift: {
    target: 'ServerTool',
    async input({ own }) {
      const changed = { title: null, description: 'Changed', inputSchema: {}, annotations: {} };
      await machine.db.serverTool.update({
        where: { id: local(own['ServerTool']!) },
        data: { status: 'DRIFTED', seenHash: 'changed', seenDefinition: changed },
      });
      return { serverToolId: own['ServerTool'] };
    },
  },
  toolPermissionRemove: {
    target: 'AgentToolPermission',
    input: ({ own }) => ({ agentId: own['Agent'], toolId: own['ToolDefinition'] }),
  },
  toolPermissionSet: {
    target: 'AgentToolPermission',
    input: ({ own }) => ({ agentId: own['Agent'], toolId: own['ToolDefinition'], effect: 'ALLOW' }),
  },
};

async function openSite(): Promise<Site> {
  const viewer = await seedViewer(machine);
  const own = await seedEstate(machine, viewer, 'own');
  return { ctx: contextOf(machine, viewer), organizationId: viewer.organizationId, own };
}

const entryIds = async () =>
  (await machine.db.auditEntry.findMany({ select: { id: true } })).map(({ id }) => id);

/** The entries of all organizations that come with it. */
async function entriesOf(work: () => Promise<unknown>) {
  const known = await entryIds();
  await work();
  return machine.db.auditEntry.findMany({ where: { id: { notIn: known } } });
}

describe('[AUD-1] Every mutation', () => {
  it('[AUD-1] has a row in the table of this file', () => {
    const names = mutations.map(({ field }) => field.name);
    const missing = names.filter((name) => !(name in ROWS));
    expect(missing, 'Say in ROWS how these mutations are called, and what their entry is about.').toEqual([]);
    expect(Object.keys(ROWS).filter((name) => !names.includes(name))).toEqual([]);
  });

  it.each(mutations.map(({ kind, field }) => ({ kind, field, name: field.name })))(
    '[AUD-1] $name leaves one entry, in an intact log',
    async ({ kind, field, name }) => {
      const row = ROWS[name]!;
      const site = await openSite();
      const input = await row.input(site);
      const token = row.isAnonymous ? null : await tokenOf(site.ctx.viewer!);
      const entries = await entriesOf(async () => {
        const { body } = await post(token, documentOf(schema, { kind, field }), { input });
        expect(body.errors).toBeUndefined();
        // A union that cannot fail is the payload itself.
        expect(body.data![name]).toMatchObject({ __typename: expect.stringMatching(/Payload$/) });
      });
      if (row.target === null) expect(entries).toEqual([]);
      else {
        expect(entries).toMatchObject([
          { action: name, targetType: row.target, targetId: expect.any(String), outcome: 'DONE' },
        ]);
        const [entry] = entries;
        if (name !== 'authRegister') expect(entry!.actorId).toBe(site.ctx.viewer!.userId);
        expect(JSON.stringify(entry)).not.toContain(PASSWORD);
      }
      expect(await verifyAudit(site.ctx)).toMatchObject({ fault: null });
    },
  );

  it('[AUD-1] that fails leaves none', async () => {
    const site = await openSite();
    const token = await tokenOf(site.ctx.viewer!);
    const failing: [string, object][] = [
      ['agentDelete', { agentId: site.own['Agent'] }],
      ['agentUpdate', { agentId: site.own['Agent'], maxSteps: 0 }],
      ['modelProviderDelete', { modelProviderId: globalId('ModelProvider', randomUUID()) }],
      ['serverDelete', { serverId: site.own[SERVER] }],
      ['executionRetry', { executionId: site.own['TaskExecution'] }],
      ['taskDelete', { taskId: site.own['Task'] }],
    ];
    const entries = await entriesOf(async () => {
      for (const [name, input] of failing) {
        const { field, kind } = mutations.find((one) => one.field.name === name)!;
        const { body } = await post(token, documentOf(schema, { kind, field }), { input });
        expect(body.data![name], name).toMatchObject({ code: expect.any(String) });
      }
    });
    expect(entries).toEqual([]);
  });
});

describe('[AUD-1] Somebody who is refused', () => {
  it('[AUD-1] with the password of an account is an entry of that account, without an actor', async () => {
    const site = await openSite();
    const { field, kind } = mutations.find((one) => one.field.name === 'authLogin')!;
    const email = await emailOf(site);
    const input = { email, password: 'wrong' };
    await post(null, documentOf(schema, { kind, field }), { input });
    await post(null, documentOf(schema, { kind, field }), { input: { ...input, email: `no-${email}` } });
    const { organizationId } = site;
    const refused = () => machine.db.auditEntry.findMany({ where: { organizationId, outcome: 'REFUSED' } });
    await expect
      .poll(refused)
      .toMatchObject([
        { action: 'authLogin', actorId: null, targetType: 'User', targetId: site.ctx.viewer!.userId },
      ]);
    expect(await verifyAudit(site.ctx)).toMatchObject({ fault: null });
  });

  it('[AUD-1] with a refresh token that was used before is an entry of the session that it ends', async () => {
    const site = await openSite();
    const { userId: id, organizationId } = site.ctx.viewer!;
    const { refreshToken, sessionId } = await openSession(site.ctx, { id, organizationId });
    // Two rotations: the first token is not the one before the present one, so that it is no race.
    const refresh = (input: object) =>
      post(
        null,
        `mutation ($input: AuthRefreshInput!) {
          authRefresh(input: $input) { ... on AuthRefreshPayload { refreshToken } ... on Error { code } } }`,
        { input },
      );
    const { body } = await refresh({ refreshToken });
    await refresh(body.data!['authRefresh']!);
    await refresh({ refreshToken });
    const entries = await machine.db.auditEntry.findMany({
      where: { organizationId, action: 'authRefresh' },
    });
    expect(entries).toMatchObject([
      { outcome: 'REFUSED', actorId: null, targetType: 'Session', targetId: sessionId },
    ]);
    expect(await verifyAudit(site.ctx)).toMatchObject({ fault: null });
  });
});
