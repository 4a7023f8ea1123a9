import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ModelChunk, ModelEndpoint, ModelRequest } from '../driver.ts';
import { createEgress } from '../../platform/egress.ts';
import { createModelPort } from './model-port.ts';

const network = setupServer();
beforeAll(() =>
  network.listen({
    onUnhandledRequest: (request, print) => new URL(request.url).hostname === '127.0.0.1' || print.error(),
  }),
);
afterEach(() => network.resetHandlers());
afterAll(() => network.close());

const apiKey = 'sk-very-secret-key';
const anthropic: ModelEndpoint = { kind: 'ANTHROPIC', baseUrl: null, apiKey };
const openai: ModelEndpoint = { kind: 'OPENAI', baseUrl: null, apiKey };
const compatible: ModelEndpoint = {
  kind: 'OPENAI_COMPATIBLE',
  baseUrl: 'http://models.test/v1',
  apiKey: null,
};
const anthropicUrl = 'https://api.anthropic.com/v1/messages';
const openaiUrl = 'https://api.openai.com/v1/chat/completions';
const compatibleUrl = 'http://models.test/v1/chat/completions';

const port = createModelPort({ fetch: (...args) => globalThis.fetch(...args), limits: { backoffMs: 1 } });

function request(options: Partial<ModelRequest> = {}): ModelRequest {
  return {
    model: 'test-model',
    system: 'You help.',
    messages: [{ role: 'user', text: 'What time is it?' }],
    tools: [
      {
        name: 'clock__get_time',
        description: 'The time somewhere',
        inputSchema: { type: 'object', properties: { zone: { type: 'string' } }, required: ['zone'] },
      },
    ],
    signal: new AbortController().signal,
    ...options,
  };
}

async function read(endpoint: ModelEndpoint, ask = request(), from = port): Promise<ModelChunk[]> {
  const chunks: ModelChunk[] = [];
  for await (const chunk of from.stream(endpoint, ask)) chunks.push(chunk);
  return chunks;
}

function sse(events: unknown[]): string {
  return events
    .map((event) => `${namedAs(event)}data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`)
    .join('');
}
/** Anthropic names its events, OpenAI does not. */
function namedAs(event: unknown): string {
  return typeof event === 'object' && event !== null && 'type' in event
    ? `event: ${String(event.type)}\n`
    : '';
}
function streaming(events: unknown[]): HttpResponse<string> {
  return new HttpResponse(sse(events), { headers: { 'content-type': 'text/event-stream' } });
}

const anthropicReply = [
  {
    type: 'message_start',
    message: {
      id: 'm',
      type: 'message',
      role: 'assistant',
      model: 'test-model',
      content: [],
      stop_reason: null,
      usage: {
        input_tokens: 5,
        cache_read_input_tokens: 4,
        cache_creation_input_tokens: 2,
        output_tokens: 1,
      },
    },
  },
  { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '', signature: '' } },
  { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'A clock helps.' } },
  { type: 'content_block_stop', index: 0 },
  { type: 'content_block_start', index: 1, content_block: { type: 'text', text: '' } },
  { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: 'Let me' } },
  { type: 'ping' },
  { type: 'content_block_delta', index: 1, delta: { type: 'text_delta', text: ' look.' } },
  { type: 'content_block_stop', index: 1 },
  {
    type: 'content_block_start',
    index: 2,
    content_block: { type: 'tool_use', id: 'call-1', name: 'clock__get_time', input: {} },
  },
  { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: '{"zone":' } },
  { type: 'content_block_delta', index: 2, delta: { type: 'input_json_delta', partial_json: '"UTC"}' } },
  { type: 'content_block_stop', index: 2 },
  {
    type: 'message_delta',
    delta: { stop_reason: 'tool_use', stop_sequence: null },
    usage: { output_tokens: 7 },
  },
  { type: 'message_stop' },
];
const openaiChunk = (delta: object, finish_reason: string | null = null) => ({
  id: 'c',
  object: 'chat.completion.chunk',
  created: 0,
  model: 'test-model',
  choices: [{ index: 0, delta, finish_reason }],
});
const openaiReply = [
  openaiChunk({ role: 'assistant', content: 'Let me' }),
  openaiChunk({ content: ' look.' }),
  openaiChunk({
    tool_calls: [
      { index: 0, id: 'call-1', type: 'function', function: { name: 'clock__get_time', arguments: '' } },
    ],
  }),
  openaiChunk({ tool_calls: [{ index: 0, function: { arguments: '{"zone":"UTC"}' } }] }),
  openaiChunk({}, 'tool_calls'),
  {
    id: 'c',
    object: 'chat.completion.chunk',
    created: 0,
    model: 'test-model',
    choices: [],
    usage: {
      prompt_tokens: 11,
      prompt_tokens_details: { cached_tokens: 4 },
      completion_tokens: 7,
      completion_tokens_details: { reasoning_tokens: 3 },
      total_tokens: 18,
    },
  },
  '[DONE]',
];
const answer: ModelChunk[] = [
  { type: 'text', text: 'Let me' },
  { type: 'text', text: ' look.' },
  { type: 'tool-call', call: { callId: 'call-1', name: 'clock__get_time', arguments: { zone: 'UTC' } } },
];
const finish: ModelChunk = {
  type: 'finish',
  reason: 'tool-calls',
  usage: {
    inputTokens: 11,
    outputTokens: 7,
    cacheReadTokens: 4,
    cacheWriteTokens: 0,
    reasoningTokens: 3,
  },
};

describe('a reply', () => {
  it('[EXE-11] [EXE-2] Anthropic: streams thoughts, text, complete tool calls and usage, cached tokens apart', async () => {
    let sent: Request | undefined;
    network.use(http.post(anthropicUrl, ({ request: seen }) => ((sent = seen), streaming(anthropicReply))));
    expect(await read(anthropic)).toEqual([
      { type: 'thought', text: 'A clock helps.' },
      ...answer,
      { ...finish, usage: { ...finish.usage, cacheWriteTokens: 2, reasoningTokens: 0 } },
    ]);
    expect(sent!.headers.get('x-api-key')).toBe(apiKey);
  });

  it('[EXE-11] [EXE-2] OpenAI: streams text, complete tool calls and usage, cached and reasoning tokens apart', async () => {
    network.use(http.post(openaiUrl, () => streaming(openaiReply)));
    expect(await read(openai)).toEqual([...answer, finish]);
  });

  it('[EXE-11] OpenAI-compatible: works without a key and sends the conversation with its tool results', async () => {
    let body: unknown;
    network.use(
      http.post(compatibleUrl, async ({ request: seen }) => {
        body = await seen.json();
        return streaming(openaiReply);
      }),
    );
    const ask = request({
      messages: [
        { role: 'user', text: 'Hi' },
        {
          role: 'assistant',
          text: '',
          toolCalls: [{ callId: 'a', name: 'clock__get_time', arguments: { zone: 'CET' } }],
        },
        { role: 'tool', callId: 'a', name: 'clock__get_time', isError: true, text: 'no clock' },
        { role: 'assistant', text: '', toolCalls: [] },
        { role: 'user', text: 'Again' },
      ],
    });
    expect(await read(compatible, ask)).toEqual([...answer, finish]);
    expect(body).toMatchObject({
      model: 'test-model',
      stream: true,
      messages: [
        { role: 'system', content: 'You help.' },
        { role: 'user', content: 'Hi' },
        {
          role: 'assistant',
          tool_calls: [{ id: 'a', function: { name: 'clock__get_time', arguments: '{"zone":"CET"}' } }],
        },
        { role: 'tool', tool_call_id: 'a', content: 'no clock' },
        { role: 'user', content: 'Again' },
      ],
      tools: [{ function: { name: 'clock__get_time' } }],
    });
  });

  it('serves SIMULATED without a network', async () => {
    const ask = request({ messages: [{ role: 'user', text: '[[notools]][[echo:hello]][[pace:0]]' }] });
    const chunks = await read({ kind: 'SIMULATED', baseUrl: null, apiKey: null }, ask);
    expect(chunks[0]).toEqual({ type: 'text', text: 'hello' });
  });
});

describe('retries', () => {
  it('[EXE-11] asks again after 429 and honours Retry-After', async () => {
    let attempts = 0;
    network.use(
      http.post(openaiUrl, () => {
        attempts += 1;
        return attempts < 3
          ? HttpResponse.json(
              { error: { message: 'slow down' } },
              { status: 429, headers: { 'retry-after-ms': '5' } },
            )
          : streaming(openaiReply);
      }),
    );
    expect(await read(openai)).toEqual([...answer, finish]);
    expect(attempts).toBe(3);
  });

  it('[EXE-11] gives up after three attempts on 5xx', async () => {
    let attempts = 0;
    network.use(
      http.post(
        openaiUrl,
        () => ((attempts += 1), HttpResponse.json({ error: { message: 'oops' } }, { status: 500 })),
      ),
    );
    await expect(read(openai)).rejects.toMatchObject({
      code: 'REJECTED',
      message: expect.stringContaining('oops'),
    });
    expect(attempts).toBe(3);
  });

  it('does not hold the run for a long Retry-After but reports it', async () => {
    let attempts = 0;
    network.use(
      http.post(
        openaiUrl,
        () => (
          (attempts += 1),
          HttpResponse.json(
            { error: { message: 'later' } },
            { status: 429, headers: { 'retry-after': '120' } },
          )
        ),
      ),
    );
    await expect(read(openai)).rejects.toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 120_000 });
    expect(attempts).toBe(1);
  });

  it.each([400, 401, 403, 404])(
    '[EXE-12] never repeats a %i, and hides a key that the provider echoes',
    async (status) => {
      let attempts = 0;
      network.use(
        http.post(
          openaiUrl,
          () => ((attempts += 1), HttpResponse.json({ error: { message: `bad ${apiKey}` } }, { status })),
        ),
      );
      const error: unknown = await read(openai).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'REJECTED' });
      expect(String(error)).not.toContain(apiKey);
      expect(attempts).toBe(1);
    },
  );
});

describe('failures', () => {
  it('a stream that ends early is LOST', async () => {
    network.use(http.post(anthropicUrl, () => streaming(anthropicReply.slice(0, 8))));
    await expect(read(anthropic)).rejects.toMatchObject({ code: 'LOST' });
  });

  it('a provider that was overloaded mid-answer is RATE_LIMITED, and not asked again', async () => {
    let attempts = 0;
    const overloaded = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    network.use(
      http.post(
        anthropicUrl,
        () => ((attempts += 1), streaming([...anthropicReply.slice(0, 8), overloaded])),
      ),
    );
    await expect(read(anthropic)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(attempts).toBe(1);
  });

  it.each([
    [400, { message: 'Too many', code: 'context_length_exceeded' }],
    [400, { type: 'invalid_request_error', message: 'prompt is too long: 210000 tokens > 200000 maximum' }],
    [400, { message: "This model's maximum context length is 4096 tokens." }],
    [413, { type: 'request_too_large', message: 'request_too_large' }],
  ])('[EXE-1] a conversation that does not fit is TOO_LONG (%i)', async (status, error) => {
    network.use(http.post(openaiUrl, () => HttpResponse.json({ error }, { status })));
    await expect(read(openai)).rejects.toMatchObject({
      code: 'TOO_LONG',
      message: expect.stringContaining('larger context'),
    });
  });

  it('[EXE-1] an answer that the provider withholds, or the model declines, is REFUSED', async () => {
    network.use(
      http.post(openaiUrl, () => streaming([openaiChunk({}, 'content_filter'), '[DONE]'])),
      http.post(anthropicUrl, () =>
        streaming([
          anthropicReply[0],
          { type: 'message_delta', delta: { stop_reason: 'refusal' }, usage: { output_tokens: 0 } },
          { type: 'message_stop' },
        ]),
      ),
    );
    await expect(read(openai)).rejects.toMatchObject({ code: 'REFUSED' });
    await expect(read(anthropic)).rejects.toMatchObject({ code: 'REFUSED' });
  });

  it('an endpoint without key or address is REJECTED before anything is sent', async () => {
    await expect(read({ ...openai, apiKey: null })).rejects.toMatchObject({
      code: 'REJECTED',
      message: expect.stringContaining('API key'),
    });
    await expect(read({ ...compatible, baseUrl: null })).rejects.toMatchObject({ code: 'REJECTED' });
  });

  it('arguments that are not a JSON object are REJECTED, never guessed', async () => {
    const broken = [
      openaiChunk({
        tool_calls: [
          { index: 0, id: 'x', type: 'function', function: { name: 'clock__get_time', arguments: '{"zone' } },
        ],
      }),
      openaiChunk({}, 'tool_calls'),
      '[DONE]',
    ];
    network.use(http.post(openaiUrl, () => streaming(broken)));
    await expect(read(openai)).rejects.toMatchObject({
      code: 'REJECTED',
      message: expect.stringContaining('clock__get_time'),
    });
  });
});

describe('over a real socket', () => {
  const sockets: Server[] = [];
  afterEach(() => {
    for (const server of sockets.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  async function listen(
    answerWith: (response: ServerResponse) => void,
  ): Promise<{ endpoint: ModelEndpoint; server: Server }> {
    const server = createServer((_, response) => answerWith(response));
    sockets.push(server.listen(0, '127.0.0.1'));
    await once(server, 'listening');
    const { port: number } = server.address() as AddressInfo;
    return {
      server,
      endpoint: { kind: 'OPENAI_COMPATIBLE', baseUrl: `http://127.0.0.1:${number}/v1`, apiKey },
    };
  }
  const begin = (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(sse(openaiReply.slice(0, 1)));
  };

  it('[SRV-5] streams through the egress guard, and a private address is UNREACHABLE unless it is allowed', async () => {
    const { endpoint } = await listen((response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(sse(openaiReply));
    });
    const through = (allowPrivate: boolean) =>
      createModelPort({ fetch: createEgress({ allowPrivate }).fetch });
    expect(await read(endpoint, request(), through(true))).toEqual([...answer, finish]);
    await expect(read(endpoint, request(), through(false))).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining('private, local or reserved'),
    });
  });

  it('nobody listening is UNREACHABLE and the sentence names the address', async () => {
    const { endpoint, server } = await listen(() => {});
    server.close();
    await once(server, 'close');
    await expect(read(endpoint)).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining(endpoint.baseUrl!),
    });
  });

  it('a connection reset mid-answer is LOST', async () => {
    const { endpoint } = await listen((response) => {
      begin(response);
      setImmediate(() => response.destroy());
    });
    await expect(read(endpoint)).rejects.toMatchObject({ code: 'LOST' });
  });

  it('[EXE-5] cancelling ends the stream at once and closes the connection', async () => {
    let closed: Promise<unknown> | undefined;
    const { endpoint } = await listen((response) => {
      closed = once(response, 'close');
      begin(response);
    });
    const cancel = new AbortController();
    const chunks = port.stream(endpoint, request({ signal: cancel.signal }))[Symbol.asyncIterator]();
    expect(await chunks.next()).toMatchObject({ value: { type: 'text' } });
    const next = chunks.next();
    cancel.abort();
    await expect(next).rejects.toMatchObject({ code: 'CANCELLED' });
    await closed;
  });

  it('a reader that walks away closes the connection', async () => {
    let closed: Promise<unknown> | undefined;
    const { endpoint } = await listen((response) => {
      closed = once(response, 'close');
      begin(response);
    });
    for await (const chunk of port.stream(endpoint, request())) {
      expect(chunk.type).toBe('text');
      break;
    }
    await closed;
  });

  it('silence is a TIMEOUT', async () => {
    const { endpoint } = await listen(begin);
    const impatient = createModelPort({ fetch: globalThis.fetch, limits: { idleMs: 30 } });
    await expect(read(endpoint, request(), impatient)).rejects.toMatchObject({ code: 'TIMEOUT' });
  });
});
