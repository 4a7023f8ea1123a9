import { basename } from 'node:path';
import { ForbiddenError } from '../../platform/errors.ts';
import { invalid } from '../../platform/input.ts';
import type { Settings } from '../context.ts';
import { hasRank, type Viewer } from '../policy.ts';

/**
 * A stdio server is a program that the studio starts on its own machine. So only an ADMIN enters one, only from the
 * operator's list, and it is started without a shell: its arguments reach it as they are written.
 */

/** Names are compared as a whole: by its last part alone, `/tmp/anything/node` would pass for `node`. */
export const isAllowedCommand = (settings: Pick<Settings, 'stdioCommands'>, command: string): boolean =>
  settings.stdioCommands.includes(command) ||
  (command === process.execPath && settings.stdioCommands.includes('node'));

/** Programs that run code from their arguments, and the arguments by which they do. */
const INTERPRETER =
  /^(node|nodejs|bun|deno|npx|npm|sh|bash|dash|zsh|fish|python[\d.]*|uv|uvx|perl|ruby|php)(\.exe|\.cmd)?$/i;
const INLINE_CODE = /^(-[a-z]{0,2}[cep]|-r|--(eval|print|command|call|require|import)(=.*)?|eval|data:.*)$/i;

/** Throws FORBIDDEN below ADMIN, ValidationError for a command or an argument that may not be. */
export function checkStdioCommand(
  viewer: Viewer,
  settings: Pick<Settings, 'stdioCommands'>,
  { command, args }: { command: string; args: string[] },
): void {
  requireStdioRank(viewer);
  if (!isAllowedCommand(settings, command)) {
    throw invalid(
      settings.stdioCommands.length === 0
        ? 'Servers that are started by a command are switched off on this studio. Its operator can allow commands with STUDIO_STDIO_COMMANDS.'
        : `This command is not allowed. Use one of: ${settings.stdioCommands.join(', ')}. The operator of the studio can allow more.`,
      'command',
    );
  }
  if (!INTERPRETER.test(basename(command))) return;
  const inline = args.findIndex((arg) => INLINE_CODE.test(arg));
  if (inline >= 0) {
    throw invalid(
      `${basename(command)} may not be given code in its arguments. Name a program or a package.`,
      'args',
      String(inline),
    );
  }
}

export function requireStdioRank(viewer: Viewer): void {
  if (hasRank(viewer.role, 'ADMIN')) return;
  throw new ForbiddenError(
    `Only an ADMIN may set up a server that is started by a command; your role is ${viewer.role}. Ask an administrator, or use an address.`,
    ['input', 'command'],
  );
}
