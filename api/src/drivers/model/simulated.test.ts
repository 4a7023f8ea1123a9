import { describe, expect, it } from 'vitest';
import type { JsonObject, ModelChunk, ModelMessage, ModelRequest, ModelTool } from '../driver.ts';
import { streamSimulated } from './simulated.ts';

const object = (properties: JsonObject, required: string[]): JsonObject => ({
  type: 'object',
  properties,
  required,
});
const string = { type: 'string' };

const todosTool: ModelTool = {
  name: 'todos_write',
  description: 'Replaces the todos',
  inputSchema: object({ todos: { type: 'array' } }, ['todos']),
};
const fileTools: ModelTool[] = [
  { name: 'files__list_directory', description: '', inputSchema: object({ path: string }, ['path']) },
  {
    name: 'files__read_text_file',
    description: '',
    inputSchema: object({ path: string, head: { type: 'number' } }, ['path']),
  },
  {
    name: 'files__write_file',
    description: '',
    inputSchema: object({ path: string, content: string }, ['path', 'content']),
  },
];

function request(prompt: string, options: Partial<ModelRequest> = {}): ModelRequest {
  return {
    model: 'simulated',
    system: 'You help.',
    messages: [{ role: 'user', text: prompt }],
    tools: [],
    signal: new AbortController().signal,
    ...options,
  };
}

async function read(ask: ModelRequest) {
  const chunks: ModelChunk[] = [];
  for await (const chunk of streamSimulated(ask)) chunks.push(chunk);
  const texts = (type: 'text' | 'thought') =>
    chunks.flatMap((chunk) => (chunk.type === type ? [chunk.text] : [])).join('');
  const last = chunks.at(-1);
  return {
    chunks,
    text: texts('text'),
    thought: texts('thought'),
    calls: chunks.flatMap((chunk) => (chunk.type === 'tool-call' ? [chunk.call] : [])),
    finish: last?.type === 'finish' ? last : undefined,
  };
}

/** Plays the engine: answers every call with `ok` until the model stops calling. */
async function run(prompt: string, tools: ModelTool[]) {
  const messages: ModelMessage[] = [{ role: 'user', text: prompt }];
  const replies = [];
  for (let step = 0; step < 50; step += 1) {
    const reply = await read(request(prompt, { tools, messages: [...messages] }));
    replies.push(reply);
    if (reply.calls.length === 0) break;
    messages.push({ role: 'assistant', text: reply.text, toolCalls: reply.calls });
    for (const call of reply.calls) {
      messages.push({ role: 'tool', callId: call.callId, name: call.name, isError: false, text: 'ok' });
    }
  }
  return { replies, calls: replies.flatMap((reply) => reply.calls), answer: replies.at(-1)! };
}

describe('simulated model, left alone', () => {
  it('[EXE-11] plans, writes and reads a file named after the prompt, completes its todos and answers', async () => {
    const { calls, answer } = await run('How to brew tea? [[pace:0]]', [todosTool, ...fileTools]);
    const work = calls.filter((call) => call.name !== 'todos_write');
    expect(work.map((call) => [call.name, call.arguments.path])).toEqual([
      ['files__write_file', 'how-to-brew-tea.md'],
      ['files__read_text_file', 'how-to-brew-tea.md'],
    ]);
    const plans = calls
      .filter((call) => call.name === 'todos_write')
      .map((call) => call.arguments.todos as { id: string; status: string }[]);
    expect(calls[0]!.name).toBe('todos_write');
    expect(plans[0]!.map((todo) => todo.status)).toEqual(['IN_PROGRESS', 'PENDING', 'PENDING', 'PENDING']);
    expect(new Set(plans.map((todos) => todos.map((todo) => todo.id).join())).size).toBe(1);
    expect(plans.at(-1)!.every((todo) => todo.status === 'COMPLETED')).toBe(true);
    expect(new Set(calls.map((call) => call.callId)).size).toBe(calls.length);
    expect(answer.text).toContain('How to brew tea?');
    expect(answer.finish).toMatchObject({ reason: 'stop' });
  });

  it('is deterministic: the same conversation gives the same chunks', async () => {
    const ask = request('Hello [[pace:0]]', { tools: [todosTool, ...fileTools] });
    expect((await read(ask)).chunks).toEqual((await read(ask)).chunks);
  });

  it('makes schema-valid arguments for a tool it does not know and skips one it cannot satisfy', async () => {
    const inputSchema = object(
      {
        mode: { enum: ['fast', 'slow'] },
        count: { type: 'integer', minimum: 3, maximum: 9 },
        ratio: { type: 'number', exclusiveMinimum: 0, maximum: 0.5 },
        tags: { type: 'array', minItems: 2, items: { $ref: '#/$defs/tag' } },
        deep: object({ on: { type: 'boolean' } }, ['on']),
        kind: { type: ['null', 'string'], default: 'plain' },
        note: { type: 'string', maxLength: 4 },
      },
      ['mode', 'count', 'ratio', 'tags', 'deep', 'kind', 'note'],
    );
    const tools = [
      {
        name: 'x__get_locked',
        description: '',
        inputSchema: object({ key: { type: 'string', pattern: '^[0-9]{16}$' } }, ['key']),
      },
      {
        name: 'x__measure',
        description: '',
        inputSchema: { ...inputSchema, $defs: { tag: { const: 'a' } } },
      },
    ];
    const { calls } = await run('Weigh it [[pace:0]]', tools);
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({
      name: 'x__measure',
      arguments: {
        mode: 'fast',
        count: 3,
        ratio: 0.5,
        tags: ['a', 'a'],
        deep: { on: false },
        kind: 'plain',
        note: 'Weig',
      },
    });
  });

  it('answers without tools when none is offered, and reports usage', async () => {
    const { answer, calls } = await run('Bonjour [[pace:0]]', []);
    expect(calls).toEqual([]);
    expect(answer.finish!.usage.inputTokens).toBeGreaterThan(0);
    expect(answer.finish!.usage.outputTokens).toBe(Math.ceil(answer.text.length / 4));
  });

  it('stops at the output limit', async () => {
    const { finish } = await read(request('Hello [[pace:0]]', { maxOutputTokens: 3 }));
    expect(finish).toMatchObject({ reason: 'length' });
  });
});

describe('simulated model, directed', () => {
  it('[[call]] performs exactly these calls in order, by full name, by suffix or not offered at all', async () => {
    const prompt = '[[pace:0]] [[call:write_file {"path":"a.md","content":"[[1]]"}]] then [[call:rm-all]]';
    const { calls, replies } = await run(prompt, [todosTool, ...fileTools]);
    expect(calls.map((call) => [call.name, call.arguments])).toEqual([
      ['files__write_file', { path: 'a.md', content: '[[1]]' }],
      ['rm-all', {}],
    ]);
    expect(replies).toHaveLength(3);
  });

  it('[[echo]] answers exactly the text and [[notools]] skips the plan', async () => {
    const { replies } = await run('[[notools]][[echo:two  words\n]][[pace:0]]', [todosTool, ...fileTools]);
    expect(replies.map((reply) => reply.text)).toEqual(['two  words\n']);
  });

  it('[[steps]] keeps calling a cheap tool, [[tokens]] sets the usage of each step', async () => {
    const { replies, calls } = await run('[[steps:5]][[tokens:700]][[pace:0]]', [todosTool]);
    expect(calls.map((call) => call.name)).toEqual(Array(5).fill('todos_write'));
    expect(replies.map((reply) => reply.finish!.usage.outputTokens)).toEqual(Array(6).fill(700));
  });

  it('[[long]] streams twenty chunks for each second', async () => {
    const { chunks } = await read(request('Go on [[notools]][[long:3]][[pace:0]]'));
    expect(chunks.filter((chunk) => chunk.type === 'text')).toHaveLength(60);
  });

  it('[[fail]] is a rejection, after the calls it was given', async () => {
    await expect(run('[[fail]]', [todosTool])).rejects.toMatchObject({ code: 'REJECTED' });
    const first = await read(request('[[call:anything]][[fail]][[pace:0]]'));
    expect(first.calls).toHaveLength(1);
  });

  it.each(['[[call:x {broken]]', '[[pace:soon]]', '[[tokens:-1]]'])(
    'refuses %s with a sentence',
    async (prompt) => {
      await expect(read(request(prompt))).rejects.toMatchObject({
        code: 'REJECTED',
        message: expect.stringContaining(prompt),
      });
    },
  );

  it.each(['[[stall:60000]]', '[[notools]][[long:60]]'])(
    '%s ends at once when the run is cancelled',
    async (prompt) => {
      const cancel = new AbortController();
      const reply = read(request(prompt, { signal: cancel.signal }));
      cancel.abort();
      await expect(reply).rejects.toMatchObject({ code: 'CANCELLED' });
    },
  );

  it('leaves other double brackets alone', async () => {
    const { text } = await read(request('See [[wiki:Home]] [[pace:0]]'));
    expect(text).toContain('[[wiki:Home]]');
  });
});
