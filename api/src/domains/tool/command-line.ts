/**
 * A command line as a shell would read it, as far as that can be known by reading: plain words, quoted or not. Whatever
 * makes a shell do more than start one program with these words (operators, substitutions, redirections, expansions, a
 * second line) is not read, so that nothing is allowed that is not understood.
 */
export interface CommandLine {
  /** The programs that it would start, each with its arguments, as far as they can be read. */
  commands: string[][];
  /** Whether it is one program with exactly these words, and nothing else. */
  isPlain: boolean;
}

/** Between two of them stands a program of its own. */
const OPERATORS = new Set([';', '&', '|', '\n', '\r', '(', ')']);
/** What a shell replaces, or takes for itself. */
const EXPANDED = new Set(['$', '`', '*', '?', '[', ']', '{', '}', '~', '#', '!', '<', '>', '\\']);
/** Within double quotes. */
const EXPANDED_IN_QUOTES = new Set(['$', '`', '\\', '!']);

function readCommandLine(text: string): CommandLine {
  const commands: string[][] = [];
  let words: string[] = [];
  let word: string | null = null;
  let isPlain = true;
  const endWord = () => {
    if (word !== null) words.push(word);
    word = null;
  };
  const endCommand = () => {
    endWord();
    if (words.length > 0) commands.push(words);
    words = [];
  };
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at]!;
    if (sign === "'" || sign === '"') {
      const end = text.indexOf(sign, at + 1);
      const quoted = text.slice(at + 1, end === -1 ? undefined : end);
      if (end === -1 || (sign === '"' && [...quoted].some((one) => EXPANDED_IN_QUOTES.has(one))))
        isPlain = false;
      word = (word ?? '') + quoted;
      at = end === -1 ? text.length : end;
    } else if (OPERATORS.has(sign)) {
      isPlain = false;
      endCommand();
    } else if (sign === ' ' || sign === '\t') {
      endWord();
    } else {
      if (EXPANDED.has(sign) || sign < ' ') isPlain = false;
      word = (word ?? '') + sign;
    }
  }
  endCommand();
  // `NAME=value` before a program changes what it does.
  return { commands, isPlain: isPlain && commands.length === 1 && !commands[0]![0]!.includes('=') };
}

/** What the arguments of a call say it would run. Null: nothing that is known to be a command. */
export function commandOf(args: Readonly<Record<string, unknown>>): CommandLine | null {
  const { command = args['cmd'], args: rest, env } = args;
  const line = Array.isArray(command)
    ? argvOf(command)
    : typeof command !== 'string'
      ? null
      : rest === undefined
        ? readCommandLine(command)
        : Array.isArray(rest)
          ? argvOf([command, ...(rest as unknown[])])
          : null;
  // Variables decide which program a name starts, and what it does.
  const hasVariables = typeof env === 'object' && env !== null && Object.keys(env).length > 0;
  return line && hasVariables ? { ...line, isPlain: false } : line;
}

/** Words that no shell reads: each is one argument, whatever it holds. */
function argvOf(words: unknown[]): CommandLine | null {
  if (words.length === 0 || !words.every((word) => typeof word === 'string')) return null;
  const [program] = words;
  // `command: "git status"` beside `args` may be run by a shell after all.
  return { commands: [words], isPlain: /^[\w./@:+-]+$/.test(program!) };
}
