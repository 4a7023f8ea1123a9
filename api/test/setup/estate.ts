import { randomUUID } from 'node:crypto';
import { createAgent } from '../../src/domains/agent/agent.service.ts';
import { validateAgent } from '../../src/domains/agent/agent.lifecycle.ts';
import { event, writeLog } from '../../src/domains/execution-event/execution-event.log.ts';
import { argumentsDigestOf, insertApproval } from '../../src/domains/approval/approval.request.ts';
import { claimExecution } from '../../src/domains/execution/execution.claim.ts';
import { runTask } from '../../src/domains/execution/execution.service.ts';
import { PLAIN_ANSWER } from '../../src/domains/input-request/answer-schema.ts';
import { insertInputRequest } from '../../src/domains/input-request/input-request.ask.ts';
import { createModelProvider } from '../../src/domains/model/model.service.ts';
import { change } from '../../src/domains/change.ts';
import { contextOf, type Machine } from '../../src/domains/context.ts';
import type { Noun, Viewer } from '../../src/domains/policy.ts';
import { sealCredentials } from '../../src/domains/server/server.credentials.ts';
import { serverPolicy } from '../../src/domains/server/server.policy.ts';
import { createServer } from '../../src/domains/server/server.service.ts';
import { createTask } from '../../src/domains/task/task.service.ts';
import { setToolPermission } from '../../src/domains/tool/tool-permission.service.ts';
import { recordDiscoveredTools } from '../../src/domains/tool/tool-sync.service.ts';
import { inTransaction } from '../../src/platform/database.ts';
import { globalId } from '../../src/graphql/ids.ts';

/** The global id of one row of each noun that can be asked for by id. */
export type Estate = Record<string, string>;

/** One row of everything, in the viewer's organization; each text of it contains `mark`. The run is RUNNING. */
export async function seedEstate(machine: Machine, viewer: Viewer, mark: string): Promise<Estate> {
  const ctx = contextOf(machine, viewer);
  const { organizationId, userId } = viewer;
  const provider = await createModelProvider(ctx, {
    name: `${mark} provider`,
    kind: 'SIMULATED',
    defaultModel: `${mark}-model`,
  });
  const server = await createServer(ctx, {
    name: `${mark} server`,
    description: `${mark} server description`,
    protocol: 'SIMULATION',
  });
  const ofServer = { serverId: server.id, userId };
  await machine.db.serverCredential.create({
    data: {
      organizationId,
      ...ofServer,
      ...sealCredentials(machine, ofServer, { bearerToken: `${mark} token` }),
    },
  });
  const common = { serverId: server.id, systemPrompt: `${mark} system prompt`, description: `${mark} agent` };
  const supervisor = await createAgent(ctx, { ...common, name: `${mark} master`, role: 'MASTER' });
  const agent = await createAgent(ctx, {
    ...common,
    name: `${mark} worker`,
    role: 'WORKER',
    supervisorId: supervisor.id,
  });
  await validateAgent(ctx, agent);
  const tool = {
    name: `${mark}-tool`,
    title: `${mark} title`,
    description: `${mark} tool`,
    inputSchema: { type: 'object', description: mark },
    annotations: { title: mark },
  };
  await machine.db.$transaction((tx) =>
    recordDiscoveredTools(tx, { organizationId, serverId: server.id, tools: [tool] }, new Date()),
  );
  const { id: toolId } = await machine.db.toolDefinition.findFirstOrThrow({ where: { organizationId } });
  const { id: serverToolId } = await machine.db.serverTool.findFirstOrThrow({ where: { organizationId } });
  const permission = await setToolPermission(ctx, {
    agentId: agent.id,
    toolId,
    input: { effect: 'ASK', reason: `${mark} reason` },
  });
  const task = await createTask(ctx, { title: `${mark} title`, prompt: `${mark} prompt`, agentId: agent.id });
  const revision = await machine.db.agentRevision.findFirstOrThrow({ where: { agentId: agent.id } });
  const executionId = await seedRunning(machine, viewer, task.id, mark);
  const approvalId = await seedApproval(
    machine,
    { organizationId, executionId, agentId: agent.id, serverId: server.id, toolId },
    mark,
  );
  const inputRequestId = await seedQuestion(
    machine,
    { organizationId, executionId, agentId: agent.id },
    mark,
  );
  const session = await machine.db.session.create({
    data: { organizationId, userId, userAgent: `${mark} browser`, expiresAt: new Date('2100-01-01') },
  });
  await change(
    ctx,
    { action: 'update', policy: serverPolicy, operation: `${mark}Update` },
    async () => undefined,
  );
  const entry = await machine.db.auditEntry.findFirstOrThrow({
    where: { organizationId, action: `${mark}Update` },
  });
  const ids: [Noun, string][] = [
    ['ServerConfiguration', server.id],
    ['ModelProvider', provider.id],
    ['Agent', agent.id],
    ['AgentRevision', revision.id],
    ['ToolDefinition', toolId],
    ['ServerTool', serverToolId],
    ['AgentToolPermission', permission.id],
    ['Task', task.id],
    ['TaskExecution', executionId],
    ['Approval', approvalId],
    ['InputRequest', inputRequestId],
    ['Session', session.id],
    ['AuditEntry', entry.id],
    ['User', userId],
    ['Organization', organizationId],
  ];
  return Object.fromEntries(ids.map(([noun, id]) => [noun, globalId(noun, id)]));
}

/** A call of the run that waits for a person. */
async function seedApproval(
  machine: Machine,
  of: { organizationId: string; executionId: string; agentId: string; serverId: string; toolId: string },
  mark: string,
): Promise<string> {
  const id = randomUUID();
  const approval = {
    ...of,
    id,
    callId: 'call-0-1',
    toolName: `${mark}-tool`,
    serverName: `${mark} server`,
    shownArguments: { text: mark },
    argumentsDigest: argumentsDigestOf({ text: mark }),
    definitionHash: mark,
    rule: `${mark} rule`,
  };
  await inTransaction(machine.sql, (client) =>
    insertApproval(client, approval, { onUnanswered: 'DENY', answerWithinMs: 86_400_000 }),
  );
  return id;
}

/** A question of the run to a person. */
async function seedQuestion(
  machine: Machine,
  of: { organizationId: string; executionId: string; agentId: string },
  mark: string,
): Promise<string> {
  const id = randomUUID();
  const asked = { ...of, id, callId: 'call-0-2', question: `${mark} question`, schema: PLAIN_ANSWER };
  await inTransaction(machine.sql, (client) =>
    insertInputRequest(client, asked, { onUnanswered: 'DENY', answerWithinMs: 86_400_000 }),
  );
  return id;
}

/** A run that a worker holds, with output in its log. */
async function seedRunning(machine: Machine, viewer: Viewer, taskId: string, mark: string): Promise<string> {
  const { executionId } = await runTask(contextOf(machine, viewer), { taskId });
  const claim = await claimExecution(machine, { executionId, owner: 'test' });
  if (claim.status !== 'CLAIMED') throw new Error(`The run was not claimed: ${claim.status}`);
  await writeLog(machine.sql, {
    executionId,
    guard: { fence: claim.execution.fence },
    events: [event('OUTPUT_APPENDED', { text: `${mark} output` }, new Date())],
  });
  return executionId;
}
