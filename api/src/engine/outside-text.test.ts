import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { seedAgent } from '../../../prisma/seed/agent.ts';
import { openTestMachine } from '../../test/setup/machine.ts';
import { seedViewer } from '../../test/setup/run.ts';
import { contextOf } from '../domains/context.ts';
import { runAgent } from '../domains/execution/execution.service.ts';
import { createModelProvider } from '../domains/model/model.service.ts';
import { syncServerTools } from '../domains/server/server-probe.service.ts';
import { createServer } from '../domains/server/server.service.ts';
import { createModelPort } from '../drivers/model/model-port.ts';
import { createExecutionWorker } from './worker.ts';

const { machine } = await openTestMachine();
const ctx = contextOf(machine, await seedViewer(machine, 'ADMIN', { isOperator: true }));

/** What the provider answers, in order: pieces of a reply, or a refusal. */
const replies: (object[] | string)[] = [];
const provider = createHttpServer((request, response) => {
  request.resume();
  const reply = replies.shift();
  if (typeof reply === 'string') {
    response.writeHead(400, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { message: reply, type: 'invalid_request_error' } }));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const choice of reply ?? []) {
    const chunk = { id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [choice] };
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  }
  response.end('data: [DONE]\n\n');
});
provider.listen(0, '127.0.0.1');
await once(provider, 'listening');
afterAll(() => provider.close());

const piece = (delta: object) => ({ index: 0, delta, finish_reason: null });
const end = (reason: string) => ({ index: 0, delta: {}, finish_reason: reason });
const call = (name: string, args: object) =>
  piece({
    tool_calls: [
      { index: 0, id: `${name}\0`, type: 'function', function: { name, arguments: JSON.stringify(args) } },
    ],
  });

const { id: serverId } = await createServer(ctx, {
  name: 'Garbled',
  protocol: 'MCP',
  command: 'node',
  args: [fileURLToPath(new URL('../drivers/mcp/fixtures/scripted-server.mjs', import.meta.url))],
  credentials: { env: { MODE: 'garbled' } },
});
const { id: modelProviderId } = await createModelProvider(ctx, {
  name: 'Scripted',
  kind: 'OPENAI_COMPATIBLE',
  baseUrl: `http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1`,
  defaultModel: 'm',
});

async function run(): Promise<string> {
  const { id: agentId } = await seedAgent(ctx, {
    name: 'Listener',
    description: '',
    role: 'WORKER',
    systemPrompt: 'Listen.',
    serverId,
    modelProviderId,
    tools: ['garble', 'refuse'],
  });
  const { executionId } = await runAgent(ctx, { agentId, prompt: 'Go.' });
  const ports = { model: createModelPort({ fetch }), mcp: machine.mcp };
  await createExecutionWorker({ machine, ports }).handle({ executionId });
  return executionId;
}

const eventsOf = async (
  executionId: string,
  type: 'OUTPUT_APPENDED' | 'THOUGHT_APPENDED' | 'TOOL_CALL_UPDATED',
) =>
  (await machine.db.executionEvent.findMany({ where: { executionId, type }, orderBy: { seq: 'asc' } })).map(
    ({ payload }) => payload as Record<string, unknown>,
  );
const textOf = (pieces: Record<string, unknown>[]) => pieces.map(({ text }) => text).join('');

it('[EXE-1] what a model and a server say that is no text is made harmless, and the run goes on', async () => {
  replies.push(
    [
      piece({ role: 'assistant', reasoning_content: 'thin\0k \ud83d' }),
      piece({ reasoning_content: '\ude00 \udc00' }),
      piece({ content: 'a\0b \ud83d' }),
      piece({ content: '\ude00 \ud800' }),
      call('garbled__garble', { 'k\0': 'v\ud800', deep: ['\0'] }),
      end('tool_calls'),
    ],
    [call('garbled__refuse', {}), end('tool_calls')],
    [piece({ role: 'assistant', content: 'Done\0.' }), end('stop')],
  );
  const executionId = await run();
  const execution = await machine.db.taskExecution.findUniqueOrThrow({ where: { id: executionId } });
  expect(execution).toMatchObject({ status: 'COMPLETED', failureMessage: null, output: 'Done\uFFFD.' });
  expect(textOf(await eventsOf(executionId, 'THOUGHT_APPENDED'))).toBe('thin\uFFFDk 😀 \uFFFD');
  expect(textOf(await eventsOf(executionId, 'OUTPUT_APPENDED'))).toBe('a\uFFFDb 😀 \uFFFDDone\uFFFD.');
  const ended = (await eventsOf(executionId, 'TOOL_CALL_UPDATED')).filter(
    ({ status }) => status !== 'RUNNING',
  );
  expect(ended).toMatchObject([
    {
      status: 'SUCCEEDED',
      arguments: { 'k\uFFFD': 'v\uFFFD', deep: ['\uFFFD'] },
      result: 'a\uFFFDb\uFFFDc',
    },
    { status: 'FAILED', result: expect.stringContaining('no\uFFFD\uFFFD') as string },
  ]);
});

it('[EXE-1] a refusal of the provider that is no text is told as one', async () => {
  replies.push('Not\0 like\ud800 this');
  const executionId = await run();
  expect(await machine.db.taskExecution.findUniqueOrThrow({ where: { id: executionId } })).toMatchObject({
    failureReason: 'MODEL_ERROR',
    failureMessage: expect.stringContaining('Not\uFFFD like\uFFFD this') as string,
  });
});

it('[SRV-8] tools whose definitions hold what is no text are read, and one that cannot be called says so', async () => {
  await syncServerTools(ctx, { id: serverId });
  const tools = await machine.db.serverTool.findMany({
    where: { serverId, tool: { kind: 'MCP' } },
    include: { tool: true },
    orderBy: { tool: { name: 'asc' } },
  });
  expect(tools.map(({ status, tool }) => [tool.name, tool.title, tool.description, status])).toEqual([
    ['bad\uFFFD\uFFFD', 'T\uFFFD', 'D\uFFFD', 'INVALID'],
    ['garble', 'T\uFFFD', 'D\uFFFD', 'AVAILABLE'],
    ['refuse', 'T\uFFFD', 'D\uFFFD', 'AVAILABLE'],
  ]);
  expect(tools[0]!.statusReason).toContain('cannot be called');
});
