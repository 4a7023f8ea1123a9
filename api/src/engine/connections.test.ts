import { expect, it } from 'vitest';
import { seedAgent, seedSimulatedProvider } from '../../../prisma/seed/agent.ts';
import { seedFilesystemServer } from '../../../prisma/seed/server.ts';
import { openTestMachine } from '../../test/setup/machine.ts';
import { seedViewer } from '../../test/setup/run.ts';
import { answer, call, scriptModel } from '../../test/setup/scripted-model.ts';
import { contextOf } from '../domains/context.ts';
import { runAgent } from '../domains/execution/execution.service.ts';
import { deleteServer, updateServer } from '../domains/server/server.service.ts';
import { createMcpPort } from '../drivers/mcp/mcp-port.ts';
import type { McpPort } from '../drivers/driver.ts';
import { createExecutionWorker } from './worker.ts';

const { machine } = await openTestMachine();
const ctx = contextOf(machine, await seedViewer(machine));
const server = await seedFilesystemServer(ctx);
const provider = await seedSimulatedProvider(ctx);
const { id: agentId } = await seedAgent(ctx, {
  name: 'Writer',
  description: '',
  role: 'WORKER',
  systemPrompt: 'Write.',
  serverId: server.id,
  modelProviderId: provider.id,
  tools: ['write_file'],
});

/** The port as it is, with the connection that each call went over. */
function watch(mcp: McpPort) {
  const keys: string[] = [];
  const released: string[] = [];
  const port: McpPort = {
    ...mcp,
    callTool(target, request) {
      keys.push(target.key);
      return mcp.callTool(target, request);
    },
    async release(scope) {
      released.push(scope);
      await mcp.release(scope);
    },
  };
  return { port, keys, released };
}

async function driveTwo(mcp: McpPort): Promise<string[]> {
  const write = call('workspace-files__write_file', { path: 'a.txt', content: 'a' });
  const runs = await Promise.all([1, 2].map(() => runAgent(ctx, { agentId, prompt: 'Go.' })));
  await Promise.all(
    runs.map(({ executionId }) =>
      createExecutionWorker({
        machine,
        ports: { model: scriptModel(write, write, answer('Done.')), mcp },
      }).handle({ executionId }),
    ),
  );
  const rows = await machine.db.taskExecution.findMany({
    where: { id: { in: runs.map(({ executionId }) => executionId) } },
  });
  expect(rows.map(({ status }) => status)).toEqual(['COMPLETED', 'COMPLETED']);
  return rows.map(({ id }) => id);
}

it('[SRV-8] concurrent runs of one agent have connections of their own, given back at their end', async () => {
  const { port, keys, released } = watch(machine.mcp);
  const ids = await driveTwo(port);
  expect(keys).toHaveLength(4);
  expect(new Set(keys).size).toBe(2);
  expect(released.map((scope) => scope.split(':')[0]).sort()).toEqual(ids.sort());
});

it('[SRV-8] runs share the connection of a server that a person has declared stateless', async () => {
  await updateServer(ctx, { id: server.id, input: { isStateless: true } });
  const { port, keys } = watch(machine.mcp);
  await driveTwo(port);
  expect(new Set(keys).size).toBe(1);
  await updateServer(ctx, { id: server.id, input: { isStateless: false } });
});

it('[SRV-8] a server that is deleted, or reached otherwise, is dropped by every process', async () => {
  const dropped: string[] = [];
  const other = createMcpPort({ fetch });
  const heard = await machine.pubsub.listen('server', 'all', ({ serverId }) => {
    dropped.push(serverId);
    other.drop(serverId);
  });
  const spare = await seedFilesystemServer(ctx);
  await updateServer(ctx, { id: spare.id, input: { name: 'Renamed' } });
  await updateServer(ctx, { id: spare.id, input: { url: 'http://127.0.0.1:1/mcp', preset: null } });
  await deleteServer(ctx, { id: spare.id, force: true });
  await expect.poll(() => dropped).toEqual([spare.id, spare.id]);
  heard.stop();
  await other.close();
});
