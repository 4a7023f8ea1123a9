import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { seedAgent } from '../../../prisma/seed/agent.ts';
import { openTestMachine } from '../../test/setup/machine.ts';
import { seedViewer } from '../../test/setup/run.ts';
import { answer, call, hangAfter, scriptModel } from '../../test/setup/scripted-model.ts';
import { contextOf } from '../domains/context.ts';
import { runAgent } from '../domains/execution/execution.service.ts';
import { createModelProvider } from '../domains/model/model.service.ts';
import { syncServerTools, testServer } from '../domains/server/server-probe.service.ts';
import { createServer } from '../domains/server/server.service.ts';
import { DriverError, type McpPort, type ModelPort } from '../drivers/driver.ts';
import { formsOf } from '../platform/secret-forms.ts';
import { createExecutionWorker } from './worker.ts';

const API_KEY = 'sk-canary-of-the-model-7Q';
const VARIABLE = 'canary/of+the variable"8R';
const BEARER = 'canary-of-the-bearer-9T';
const HEADER = 'canary of the=header/1U';
const ALL = [API_KEY, VARIABLE, BEARER, HEADER];
const WRITE = 'workspace-files__write_file';

const lines: string[] = [];
const opened = await openTestMachine();
const machine = {
  ...opened.machine,
  log: pino({ level: 'trace' }, { write: (line: string) => lines.push(line) }),
};
const viewer = await seedViewer(machine, 'ADMIN', { isOperator: true });
const ctx = contextOf(machine, viewer);
/** The preset takes no variables; the same program as a command does. */
const files = machine.settings.stdioPresets.find(({ name }) => name === 'files')!;
const server = await createServer(ctx, {
  name: 'Workspace files',
  protocol: 'MCP',
  command: files.program,
  args: [files.args[0]!, '.'],
  credentials: { env: { CANARY: VARIABLE } },
});
const provider = await createModelProvider(ctx, {
  name: 'Keyed',
  kind: 'OPENAI',
  apiKey: API_KEY,
  defaultModel: 'm',
});

async function start(): Promise<string> {
  const agent = await seedAgent(ctx, {
    name: 'Writer',
    description: '',
    role: 'WORKER',
    systemPrompt: 'Write.',
    serverId: server.id,
    modelProviderId: provider.id,
    tools: ['write_file'],
  });
  return (await runAgent(ctx, { agentId: agent.id, prompt: 'Go.' })).executionId;
}

const drive = (executionId: string, model: ModelPort, mcp: McpPort = machine.mcp) =>
  createExecutionWorker({ machine, ports: { model, mcp } }).handle({ executionId });

/** Which of these forms stand in a text. */
const found = (text: string) => ALL.flatMap(formsOf).filter((form) => text.includes(form));

/** Columns that hold what is encrypted. */
const SEALED = new Set(['sealed', 'apiKey', 'sealedRecord']);

/** Every value of every table that may be read by people. */
async function dumpTables(): Promise<string> {
  const { rows: tables } = await machine.sql.query<{ name: string }>(
    `SELECT table_name AS "name" FROM information_schema.tables WHERE table_schema = 'public'`,
  );
  const texts: string[] = [];
  const collect = (value: unknown): void => {
    if (typeof value === 'object' && value !== null) Object.entries(value).flat().forEach(collect);
    else texts.push(String(value));
  };
  for (const { name } of tables) {
    const { rows } = await machine.sql.query<Record<string, unknown>>(`SELECT * FROM "${name}"`);
    for (const row of rows)
      for (const [column, value] of Object.entries(row)) if (!SEALED.has(column)) collect(value);
  }
  return texts.join('\n');
}

async function dumpRedis(): Promise<string> {
  const keys = await opened.redis.keys('*');
  const values = await Promise.all(keys.map((key) => opened.redis.dump(key)));
  return [...keys, ...values].join('\n');
}

describe('secrets of a run', () => {
  it('[EXE-6] go to a repeated call as they went to the first, and the conversation stays the same', async () => {
    await machine.db.serverTool.updateMany({ where: { serverId: server.id }, data: { isIdempotent: true } });
    const executionId = await start();
    const args = { path: 'key.txt', content: `key=${API_KEY}; ${VARIABLE}` };
    const reply = [{ type: 'text' as const, text: `I write ${API_KEY}.` }, ...call(WRITE, args)];
    let leave: () => void = () => undefined;
    const left = new Promise<void>((resolve) => (leave = resolve));
    const deaf: McpPort = {
      ...machine.mcp,
      callTool: (_target, { signal }) => {
        leave();
        return new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason as Error)),
        );
      },
    };
    const gone = drive(executionId, scriptModel(reply), deaf);
    await left;
    await machine.sql.query(
      `UPDATE "TaskExecution" SET "fence" = "fence" + 1, "leaseUntil" = now() - interval '1 second' WHERE "id" = $1`,
      [executionId],
    );
    const sent: unknown[] = [];
    const noting: McpPort = {
      ...machine.mcp,
      callTool: (_target, request) => {
        sent.push(request.arguments);
        const text = `Wrote ${API_KEY}`;
        return Promise.resolve({ isError: false, text, content: [], isTruncated: false });
      },
    };
    // The second worker is lost as well, after the call: the third knows the result from the journal.
    let hang: () => void = () => undefined;
    const hanging = new Promise<void>((resolve) => (hang = resolve));
    const second = scriptModel(hangAfter('Half', hang));
    const goneToo = drive(executionId, second, noting);
    await hanging;
    await machine.sql.query(
      `UPDATE "TaskExecution" SET "fence" = "fence" + 1, "leaseUntil" = now() - interval '1 second' WHERE "id" = $1`,
      [executionId],
    );
    const third = scriptModel(answer('Done.'));
    await drive(executionId, third, noting);
    await Promise.all([gone, goneToo]);
    expect(sent).toEqual([args]);
    expect(second.requests[0]!.messages).toMatchObject([
      { role: 'user' },
      { role: 'assistant', text: `I write ${API_KEY}.`, toolCalls: [{ arguments: args }] },
      { role: 'tool', text: `Wrote ${API_KEY}` },
    ]);
    expect(third.requests[0]!.messages).toEqual(second.requests[0]!.messages);
    expect(found(await dumpTables())).toEqual([]);
  });

  it('[EXE-12] are in no table, no key of Redis, no line of a log and no answer, in whatever form they come', async () => {
    const everyForm = [API_KEY, VARIABLE].flatMap(formsOf).join(' | ');
    const telling: McpPort = {
      ...machine.mcp,
      probe: () => Promise.reject(new DriverError('UNREACHABLE', `It says ${everyForm}`)),
      callTool: () =>
        Promise.resolve({ isError: true, text: `Told ${everyForm}`, content: [], isTruncated: false }),
    };
    const reachable: McpPort = { ...telling, probe: machine.mcp.probe };
    const talk = [
      ...everyForm.match(/.{1,7}/g)!.map((text) => ({ type: 'text' as const, text })),
      ...everyForm.match(/.{1,9}/g)!.map((text) => ({ type: 'thought' as const, text })),
      ...call(WRITE, { path: everyForm, content: VARIABLE, [API_KEY]: 1 }),
    ];
    const failing = (error: Error) =>
      scriptModel(talk, async function* () {
        yield { type: 'text', text: API_KEY.slice(0, -1) };
        await Promise.reject(error);
      });
    await drive(await start(), failing(new DriverError('REJECTED', `No: ${everyForm}`)), reachable);
    await drive(
      await start(),
      failing(new Error(`Unexpected: ${everyForm}`, { cause: everyForm })),
      reachable,
    );
    await drive(await start(), scriptModel(), telling);
    // A server that is only contacted knows its own credentials, and no key of a model.
    const asked: McpPort = {
      ...telling,
      probe: () => Promise.reject(new DriverError('UNREACHABLE', formsOf(VARIABLE).join(' | '))),
    };
    const probe = await testServer({ ...ctx, mcp: asked }, { serverId: server.id });
    expect(probe.message).toMatch(/^\[redacted\]/);

    const runs = await machine.db.taskExecution.findMany({ orderBy: { createdAt: 'desc' }, take: 3 });
    expect(runs.map(({ failureReason }) => failureReason)).toEqual([
      'SERVER_UNREACHABLE',
      'INTERNAL',
      'MODEL_ERROR',
    ]);
    expect(lines.join('')).toContain('A run failed unexpectedly');
    const tables = await dumpTables();
    expect(tables).toContain('[redacted]');
    expect(found(tables)).toEqual([]);
    expect(found(await dumpRedis())).toEqual([]);
    expect(found(lines.join(''))).toEqual([]);
    expect(found(JSON.stringify(probe))).toEqual([]);
  });

  it('[EXE-12] of a server with an address go nowhere either: its token and its headers', async () => {
    const everyForm = [BEARER, HEADER].flatMap(formsOf).join(' | ');
    const definition = {
      name: 'tell',
      title: everyForm,
      description: everyForm,
      inputSchema: { type: 'object', properties: { [HEADER]: { description: BEARER } } },
      annotations: { title: everyForm },
    };
    const probe = {
      protocolVersion: everyForm,
      serverName: everyForm,
      serverVersion: '1',
      tools: [definition],
      isCut: false,
      latencyMs: 1,
    };
    const unexpected = new Error(`Unexpected: ${everyForm}`, { cause: new Error(everyForm) });
    const probes: (() => Promise<typeof probe>)[] = [];
    const mcp: McpPort = {
      ...machine.mcp,
      probe: () => (probes.shift() ?? (() => Promise.resolve(probe)))(),
      callTool: () =>
        Promise.resolve({ isError: false, text: `Told ${everyForm}`, content: [], isTruncated: false }),
    };
    const reaching = { ...ctx, mcp };
    // What is unexpected when a server is saved is a line of the log; when a person asks, it is masked and logged as well.
    probes.push(() => Promise.reject(unexpected));
    const remote = await createServer(reaching, {
      name: 'Remote',
      protocol: 'MCP',
      url: 'http://127.0.0.1:1/mcp',
      credentials: { bearerToken: BEARER, headers: { 'X-Key': HEADER } },
    });
    expect(lines.join('')).toContain('The tools of a saved server were not read');
    probes.push(() => Promise.reject(unexpected));
    const thrown: unknown = await testServer(reaching, { serverId: remote.id }).catch(
      (error: unknown) => error,
    );
    machine.log.error({ err: thrown }, 'Unexpected error');
    await syncServerTools(reaching, { id: remote.id });

    const agent = await seedAgent(ctx, {
      name: 'Caller',
      description: '',
      role: 'WORKER',
      systemPrompt: 'Call.',
      serverId: remote.id,
      modelProviderId: provider.id,
      tools: ['tell'],
    });
    const { executionId } = await runAgent(ctx, { agentId: agent.id, prompt: 'Go.' });
    await drive(
      executionId,
      scriptModel(call('remote__tell', { said: everyForm }), answer(`He said ${everyForm}`)),
      mcp,
    );
    const { status } = await machine.db.taskExecution.findUniqueOrThrow({ where: { id: executionId } });
    expect(status).toBe('COMPLETED');
    expect(found(await dumpTables())).toEqual([]);
    expect(found(await dumpRedis())).toEqual([]);
    expect(found(lines.join(''))).toEqual([]);
  });

  it('[EXE-12] that are cut in two with a result leave no half behind', async () => {
    // It was out of reach in the tests before.
    await testServer(ctx, { serverId: server.id });
    const half = API_KEY.slice(0, -1);
    const cut: McpPort = {
      ...machine.mcp,
      callTool: () =>
        Promise.resolve({ isError: false, text: `It is ${half}`, content: [], isTruncated: true }),
    };
    const executionId = await start();
    await drive(executionId, scriptModel(call(WRITE, { path: 'a', content: '' }), answer('Done.')), cut);
    const events = await machine.db.executionEvent.findMany({
      where: { executionId, type: 'TOOL_CALL_UPDATED' },
      orderBy: { seq: 'asc' },
    });
    expect(events.at(-1)!.payload).toMatchObject({
      status: 'SUCCEEDED',
      result: 'It is \n[cut: the result was too large]',
    });
    const steps = await machine.db.executionStep.findMany({ where: { executionId } });
    expect(JSON.stringify([events, steps])).not.toContain(half);
  });
});
