import { createRequire } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { presetFile, type StdioPreset, WORKSPACE } from '../stdio-preset.ts';

const require = createRequire(import.meta.url);

/** Presets of programs that are installed with the studio. One of the operator with the same name replaces them. */
const builtinPresets = (): StdioPreset[] =>
  presetFile.parse([
    {
      name: 'files',
      title: 'Workspace files',
      description: 'Reads and writes files in the folder of the agent.',
      ...programOf('server-filesystem', [WORKSPACE]),
    },
    {
      name: 'everything',
      title: 'Everything',
      description: 'The reference server of the Model Context Protocol: echo, sums, images, long operations.',
      ...programOf('server-everything', []),
    },
  ]);

/** A package reads the packages that it depends on: they are in the `node_modules` folders above it. */
function programOf(name: string, args: string[]) {
  const folder = dirname(require.resolve(`@modelcontextprotocol/${name}/package.json`));
  const parts = folder.split(sep);
  const readableFolders = parts.flatMap((part, index) =>
    part === 'node_modules' ? [parts.slice(0, index + 1).join(sep)] : [],
  );
  return { program: 'node', args: [join(folder, 'dist', 'index.js'), ...args], readableFolders };
}

/** What this studio offers: the operator's own, then those of the studio that he did not replace. */
export const mergePresets = (own: StdioPreset[]): StdioPreset[] => [
  ...own,
  ...builtinPresets().filter(({ name }) => !own.some((preset) => preset.name === name)),
];
