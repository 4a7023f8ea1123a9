/**
 * The simulated model: a provider without a network, deterministic from the conversation and the tools it is offered.
 * It feeds the demo, the tests and the benchmarks, and is only ever used where a person chose it.
 *
 * Left alone it behaves like a tidy agent: it plans with `todos_write`, thinks aloud, writes and reads a file (or calls
 * another tool it can find arguments for), keeps its todos up to date and closes with an answer that quotes the prompt
 * and says how its tools fared. Which step it is on follows from `request.messages`; nothing is remembered between calls.
 *
 * Directives in the last user message change that: `[[fail]]` `[[stall:ms]]` `[[long:seconds]]` `[[call:tool {json}]]`
 * `[[steps:n]]` `[[tokens:n]]` `[[pace:ms]]` `[[echo:text]]` `[[notools]]`; see `simulatedDirectives`.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DriverError,
  type JsonObject,
  type ModelChunk,
  type ModelMessage,
  type ModelRequest,
  type ModelTool,
  NO_USAGE,
} from '../driver.ts';
import { synthesizeArguments } from './simulated-arguments.ts';
import { parseDirectives, type Directives } from './simulated-directives.ts';

/** Between two words: quick enough for a demo, slow enough to be seen as a stream. */
const defaultPaceMs = 15;
/** `[[long]]`: twenty chunks a second, about what a hosted model sends. */
const longPaceMs = 50;
/** The usual rule of thumb for English text. */
const charactersPerToken = 4;

interface Turn {
  directives: Directives;
  /** Replies of the model since the last user message. */
  step: number;
  results: Extract<ModelMessage, { role: 'tool' }>[];
  tools: ModelTool[];
}

interface Reply {
  thought?: string;
  text: string;
  calls: { name: string; arguments: JsonObject }[];
  paceMs?: number;
}

/** One reply of the simulated model. Throws DriverError: CANCELLED on abort, REJECTED for `[[fail]]` or a bad directive. */
export async function* streamSimulated(request: ModelRequest): AsyncGenerator<ModelChunk, void, undefined> {
  const turn = readTurn(request);
  const { directives } = turn;
  if (turn.step === 0) await pause(directives.stallMs, request.signal);

  const reply = writeReply(turn);
  const paceMs = directives.paceMs ?? reply.paceMs ?? defaultPaceMs;
  const allowance =
    request.maxOutputTokens === undefined ? Infinity : request.maxOutputTokens * charactersPerToken;
  let characters = 0;
  for (const type of ['thought', 'text'] as const) {
    for (const text of splitWords(reply[type] ?? '')) {
      if (characters + text.length > allowance) {
        yield { type: 'finish', reason: 'length', usage: countTokens(request, directives, characters) };
        return;
      }
      await pause(paceMs, request.signal);
      characters += text.length;
      yield { type, text };
    }
  }
  for (const [index, call] of reply.calls.entries()) {
    characters += JSON.stringify(call).length;
    // The length of the conversation only grows, so the id is unique in it and the same when the step is repeated.
    yield { type: 'tool-call', call: { callId: `sim-${request.messages.length}-${index}`, ...call } };
  }
  yield {
    type: 'finish',
    reason: reply.calls.length > 0 ? 'tool-calls' : 'stop',
    usage: countTokens(request, directives, characters),
  };
}

function readTurn(request: ModelRequest): Turn {
  const start = request.messages.findLastIndex((message) => message.role === 'user');
  const prompt = request.messages[start];
  const since = request.messages.slice(start + 1);
  return {
    directives: parseDirectives(prompt?.role === 'user' ? prompt.text : ''),
    step: since.filter((message) => message.role === 'assistant').length,
    results: since.filter((message) => message.role === 'tool'),
    tools: request.tools,
  };
}

/** The reply of this step: work while there is some, then the closing answer. */
function writeReply(turn: Turn): Reply {
  const { directives, step } = turn;
  if (step < directives.calls.length) return writeOrderedCall(turn);
  if (step < directives.calls.length + directives.steps) return writeCheapCall(turn);
  if (directives.isFailing) {
    throw new DriverError(
      'REJECTED',
      'The simulated model failed because the prompt contains [[fail]]. Remove it to go on.',
    );
  }
  const isOrdered = directives.calls.length + directives.steps > 0;
  const work = isOrdered || directives.isAnswerOnly ? [] : planWork(turn);
  return work[step] ?? writeAnswer(turn);
}

function writeOrderedCall({ directives, step, tools }: Turn): Reply {
  const call = directives.calls[step]!;
  const name = findTool(tools, call.name)?.name ?? call.name;
  return { text: `I was asked to call ${name}. `, calls: [{ ...call, name }] };
}

function writeCheapCall(turn: Turn): Reply {
  const number = turn.step - turn.directives.calls.length + 1;
  const title = `Step ${number} of ${turn.directives.steps}`;
  const todos = findTool(turn.tools, 'todos_write');
  const other = chooseTools(turn).at(-1);
  const call = todos
    ? { name: todos.name, arguments: { todos: [{ id: 'step', title, status: 'IN_PROGRESS' }] } }
    : other;
  return { text: `${title}. `, calls: call ? [call] : [] };
}

/** The default behaviour: plan, one step for each chosen tool, todos closed; the answer follows. */
function planWork(turn: Turn): Reply[] {
  const { directives, tools } = turn;
  const todosTool = findTool(tools, 'todos_write');
  const chosen = chooseTools(turn);
  const titles = [
    'Understand the request',
    ...(chosen.length > 0 ? chosen.map((call) => `Use ${shortName(call.name)}`) : ['Draft the answer']),
    'Report the result',
  ];
  const writeTodos = (done: number): Reply['calls'] => {
    const status = (index: number) =>
      index < done ? 'COMPLETED' : index === done ? 'IN_PROGRESS' : 'PENDING';
    const todos = titles.map((title, index) => ({ id: `todo-${index + 1}`, title, status: status(index) }));
    return todosTool ? [{ name: todosTool.name, arguments: { todos } }] : [];
  };

  const plan: Reply = {
    thought: `The request is “${quote(directives.subject)}”. I will plan it, work in small steps and then report. `,
    text: `I start with a plan of ${titles.length} steps. `,
    calls: writeTodos(0),
  };
  const uses = chosen.map((call, index): Reply => ({
    thought:
      index === 0 ? 'The plan is clear; now the work itself. ' : 'That is done; I look at what came of it. ',
    text: `Now I use ${shortName(call.name)}. `,
    calls: [...writeTodos(index + 1), call],
  }));
  const wrapUp: Reply = { text: 'All steps are done. ', calls: writeTodos(titles.length) };
  return todosTool ? [plan, ...uses, wrapUp] : uses;
}

function writeAnswer({ directives, results }: Turn): Reply {
  if (directives.echo !== undefined) return { text: directives.echo, calls: [] };
  if (directives.longSeconds > 0) {
    const count = Math.ceil((directives.longSeconds * 1000) / longPaceMs);
    return { text: repeatWords(directives.subject, count), calls: [], paceMs: longPaceMs };
  }
  const used = results.filter((result) => shortName(result.name) !== 'todos_write');
  const report = used.map(
    (result) =>
      `- ${shortName(result.name)} ${result.isError ? 'did not succeed' : 'answered'}: ${quote(result.text) || 'no text'}\n`,
  );
  return {
    text: [
      `Here is what I can say about “${quote(directives.subject)}”. `,
      'This answer comes from the simulated model: it follows the request without understanding it.\n',
      ...(report.length > 0 ? ['\nWhat my tools reported:\n', ...report] : []),
    ].join(''),
    calls: [],
  };
}

/**
 * One or two calls the model makes of its own accord: write a file and read it back or list the folder; failing that, the
 * first tool of a server for which arguments can be made up, one that sounds like reading before any other.
 */
function chooseTools({ directives, tools }: Turn): Reply['calls'] {
  const path = `${toSlug(directives.subject)}.md`;
  const content = `# ${quote(directives.subject)}\n\nNotes written by the simulated model.\n`;
  const prepare = (tool: ModelTool | undefined, hints: Record<string, string>): Reply['calls'] => {
    const made =
      tool && synthesizeArguments(tool.inputSchema, { hints, fallback: quote(directives.subject) });
    return made ? [{ name: tool.name, arguments: made }] : [];
  };

  const list = prepare(findTool(tools, 'list_directory'), { path: '.' });
  const write = prepare(findTool(tools, 'write_file'), { path, content });
  const read = write.length > 0 ? prepare(findTool(tools, 'read_text_file'), { path }) : [];
  const files = [...write, ...(read.length > 0 ? read : list)];
  if (files.length > 0) return files;

  const ofServers = tools.filter((tool) => tool.name.includes('__'));
  const reading = ofServers.filter((tool) => /^(echo|get|list|read|search|find)/.test(shortName(tool.name)));
  for (const tool of [...reading, ...ofServers]) {
    const call = prepare(tool, { path: '.', content });
    if (call.length > 0) return call;
  }
  return [];
}

/** By full name, or by the tool's own name after the server's slug: `files__write_file` is found as `write_file`. */
function findTool(tools: ModelTool[], name: string): ModelTool | undefined {
  return tools.find((tool) => tool.name === name) ?? tools.find((tool) => tool.name.endsWith(`__${name}`));
}

function shortName(name: string): string {
  return name.slice(name.lastIndexOf('__') + (name.includes('__') ? 2 : 1));
}

function quote(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 160 ? `${line.slice(0, 159)}…` : line;
}

/** `How to brew tea?` → `how-to-brew-tea`; at most 48 characters, never empty. */
function toSlug(text: string): string {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const words = plain.replace(/[^a-z0-9]+/g, '-').slice(0, 48);
  return words.replace(/^-+|-+$/g, '') || 'summary';
}

/** Word chunks that concatenate to exactly the text. */
function splitWords(text: string): string[] {
  return text.match(/\s*\S+\s*|\s+/g) ?? [];
}

function repeatWords(subject: string, count: number): string {
  const words = `${subject || 'The simulated model goes on'}. `.split(' ').filter(Boolean);
  return Array.from({ length: count }, (_, index) => `${words[index % words.length]} `).join('');
}

function countTokens(request: ModelRequest, directives: Directives, outputCharacters: number) {
  const read = JSON.stringify([request.system, request.messages, request.tools]).length;
  return {
    ...NO_USAGE,
    inputTokens: Math.ceil(read / charactersPerToken),
    outputTokens: directives.outputTokens ?? Math.ceil(outputCharacters / charactersPerToken),
  };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    if (ms > 0) await sleep(ms, undefined, { signal });
    signal.throwIfAborted();
  } catch (cause) {
    throw new DriverError('CANCELLED', 'The model call was cancelled.', { cause });
  }
}
