/**
 * Directives: what a prompt may order the simulated model to do. Syntax `[[name]]` or `[[name:value]]`, anywhere in the
 * last user message; they compose, an unknown name is ordinary text. The table is the reference that docs print.
 */
import { DriverError, type JsonObject } from '../driver.ts';

export const simulatedDirectives = [
  {
    name: 'fail',
    syntax: '[[fail]]',
    effect: 'Fails like a provider that rejects the request, after any `call` or `steps`.',
  },
  {
    name: 'stall',
    syntax: '[[stall:ms]]',
    effect: 'Sends nothing for that many milliseconds before its first step.',
  },
  {
    name: 'long',
    syntax: '[[long:seconds]]',
    effect: 'Streams its final answer for about that long, 20 chunks a second.',
  },
  {
    name: 'call',
    syntax: '[[call:tool {"json":"args"}]]',
    effect: 'Calls exactly this tool, offered or not. May be repeated: one call per step, in order.',
  },
  {
    name: 'steps',
    syntax: '[[steps:n]]',
    effect: 'Calls a cheap tool in each of n steps before it answers.',
  },
  { name: 'tokens', syntax: '[[tokens:n]]', effect: 'Reports n output tokens for every step.' },
  {
    name: 'pace',
    syntax: '[[pace:ms]]',
    effect: 'Waits that many milliseconds between chunks; 0 streams as fast as it is read.',
  },
  { name: 'echo', syntax: '[[echo:text]]', effect: 'Makes the final answer exactly this text.' },
  {
    name: 'notools',
    syntax: '[[notools]]',
    effect: 'Answers at once: no plan and no tool of its own choice.',
  },
] as const;

export interface Directives {
  /** The prompt without its directives. */
  subject: string;
  calls: { name: string; arguments: JsonObject }[];
  isFailing: boolean;
  isAnswerOnly: boolean;
  steps: number;
  stallMs: number;
  longSeconds: number;
  paceMs: number | undefined;
  outputTokens: number | undefined;
  echo: string | undefined;
}

/** A typing slip must not occupy a worker for days; an hour and a thousand steps exceed every limit worth testing. */
const maxSeconds = 3600;
const maxSteps = 1000;

const names = simulatedDirectives.map((directive) => directive.name).join('|');

/** Reads the directives of a prompt. Throws DriverError REJECTED for one that cannot be understood. */
export function parseDirectives(prompt: string): Directives {
  const found: Directives = {
    subject: '',
    calls: [],
    isFailing: false,
    isAnswerOnly: false,
    steps: 0,
    stallMs: 0,
    longSeconds: 0,
    paceMs: undefined,
    outputTokens: undefined,
    echo: undefined,
  };
  const opening = new RegExp(`\\[\\[(${names})(:|(?=\\]\\]))`, 'g');
  let rest = 0;
  for (let match = opening.exec(prompt); match; match = opening.exec(prompt)) {
    const name = match[1] as (typeof simulatedDirectives)[number]['name'];
    const { value, end } = readValue(prompt, opening.lastIndex, name);
    found.subject += prompt.slice(rest, match.index);
    rest = opening.lastIndex = end;
    apply(found, name, value);
  }
  found.subject = (found.subject + prompt.slice(rest)).replace(/\s+/g, ' ').trim();
  return found;
}

function apply(found: Directives, name: (typeof simulatedDirectives)[number]['name'], value: string): void {
  switch (name) {
    case 'fail':
      found.isFailing = true;
      return;
    case 'notools':
      found.isAnswerOnly = true;
      return;
    case 'echo':
      found.echo = value;
      return;
    case 'call':
      found.calls.push(parseCall(value));
      return;
    case 'stall':
      found.stallMs = readNumber(name, value, maxSeconds * 1000);
      return;
    case 'long':
      found.longSeconds = readNumber(name, value, maxSeconds);
      return;
    case 'pace':
      found.paceMs = readNumber(name, value, maxSeconds * 1000);
      return;
    case 'steps':
      found.steps = Math.floor(readNumber(name, value, maxSteps));
      return;
    case 'tokens':
      found.outputTokens = Math.floor(readNumber(name, value, Number.MAX_SAFE_INTEGER));
      return;
  }
}

/** A value ends at the first `]]`, but the arguments of a call may hold that too: there, the first that leaves valid JSON. */
function readValue(prompt: string, start: number, name: string): { value: string; end: number } {
  const first = prompt.indexOf(']]', start);
  let close = first;
  while (name === 'call' && close >= 0 && !isCall(prompt.slice(start, close)))
    close = prompt.indexOf(']]', close + 1);
  if (close < 0) close = first < 0 ? prompt.length : first;
  return { value: prompt.slice(start, close), end: Math.min(close + 2, prompt.length) };
}

const callSyntax = /^\s*([\w.-]+)\s*(\{[\s\S]*\})?\s*$/;

function isCall(value: string): boolean {
  try {
    parseCall(value);
    return true;
  } catch {
    return false;
  }
}

function parseCall(value: string): { name: string; arguments: JsonObject } {
  const match = callSyntax.exec(value);
  try {
    if (match?.[1]) return { name: match[1], arguments: JSON.parse(match[2] ?? '{}') as JsonObject };
  } catch (cause) {
    throw rejected(`[[call:${value}]]`, 'the arguments must be one JSON object', cause);
  }
  throw rejected(`[[call:${value}]]`, 'write the name of a tool, then its arguments as one JSON object');
}

function readNumber(name: string, value: string, max: number): number {
  const number = Number(value);
  if (value.trim() === '' || !Number.isFinite(number) || number < 0) {
    throw rejected(`[[${name}:${value}]]`, 'the value must be a number, zero or more');
  }
  return Math.min(number, max);
}

function rejected(directive: string, reason: string, cause?: unknown): DriverError {
  return new DriverError('REJECTED', `The simulated model cannot follow ${directive}: ${reason}.`, { cause });
}
