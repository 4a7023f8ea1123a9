import type { CommandLine } from './command-line.ts';

/**
 * Which commands a permission allows or refuses. A pattern is words: `*` in a word stands for any part of that one word, and
 * `**` at the end for any further words. `git log **` is every `git log`; `npm run *` is a script and nothing behind it.
 */
const REST = '**';

/** Programs that start another one, which then stands among their arguments where a pattern does not look for it. */
const LAUNCHERS = new Set([
  ...[
    'sudo',
    'doas',
    'su',
    'env',
    'nice',
    'nohup',
    'time',
    'timeout',
    'xargs',
    'find',
    'exec',
    'command',
    'eval',
  ],
  ...[
    'builtin',
    'source',
    '.',
    'sh',
    'bash',
    'dash',
    'zsh',
    'ksh',
    'fish',
    'busybox',
    'ssh',
    'setsid',
    'watch',
  ],
]);

const wordsOf = (pattern: string): string[] => pattern.trim().split(/\s+/);

/** Says what is wrong with a pattern, or null. */
export function faultOfPattern(pattern: string): string | null {
  const words = wordsOf(pattern);
  if (words.slice(0, -1).includes(REST) || words[0] === REST)
    return `In ${pattern} the ${REST} stands for any further words, so it belongs to the end, after a program.`;
  if (/['"`$;&|<>\\(){}]/.test(pattern))
    return `${pattern} has signs of a shell. A pattern is the words of one command, with * and a final ${REST}.`;
  return null;
}

function matchesWord(word: string, pattern: string): boolean {
  // Parts in their order, each as far left as it goes: no backtracking, however many stars there are.
  const [first = '', ...parts] = pattern.split('*');
  if (parts.length === 0) return word === first;
  const last = parts.pop()!;
  if (!word.startsWith(first) || !word.endsWith(last) || word.length < first.length + last.length)
    return false;
  let at = first.length;
  const end = word.length - last.length;
  for (const part of parts) {
    const found = word.indexOf(part, at);
    if (found === -1 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}

function matches(command: readonly string[], pattern: string): boolean {
  const words = wordsOf(pattern);
  const isOpen = words.at(-1) === REST;
  if (isOpen) words.pop();
  if (isOpen ? command.length < words.length : command.length !== words.length) return false;
  return words.every((word, index) => matchesWord(command[index]!, word));
}

/** Only one plain command is ever allowed: of anything else it is not known what it would do. */
export const findAllowing = (line: CommandLine, patterns: readonly string[]): string | null =>
  line.isPlain ? (patterns.find((pattern) => matches(line.commands[0]!, pattern)) ?? null) : null;

/** Looked for in every part of a line, under the name of the program without its folder too. */
export const findBlocking = (line: CommandLine, patterns: readonly string[]): string | null =>
  patterns.find((pattern) =>
    line.commands.some((words) => {
      const start = words.findIndex((word) => !/^\w+=/.test(word));
      const [program, ...rest] = words.slice(Math.max(0, start));
      return [program!, baseName(program!)].some((name) => matches([name, ...rest], pattern));
    }),
  ) ?? null;

/** Whether what is not blocked may be allowed: one plain command that starts no other. */
export const isTransparent = (line: CommandLine): boolean =>
  line.isPlain && !LAUNCHERS.has(baseName(line.commands[0]![0]!));

const baseName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
