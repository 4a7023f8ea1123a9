/**
 * Node programs of ours, each with the packages it uses in files of its own. Finding, reading and linking the two thousand
 * files of those packages one by one was two thirds of the time in which a process came up.
 */
import { readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build, type Plugin } from 'esbuild';

export interface Programs {
  /** The name of each program and its source. */
  entryPoints: Record<string, string>;
  /** `<name>.js` of each; the rest goes into the folder `chunks`, which is emptied first. */
  outdir: string;
  /** Packages that are looked up in `node_modules` when they are used, as programs for this machine have to be. */
  external: string[];
  /** Maps to the lines of our sources and to the files of packages (see launch/readable-stacks.mjs). */
  sourcemap?: boolean;
  /** Expressions that are known beforehand. */
  define?: Record<string, string>;
}

/** With every line of the packages a map has 12 MB, and all of it is read when the first error names a line of ours. */
const filesOfPackages: Plugin = {
  name: 'files-of-packages',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]node_modules[\\/].*\.[cm]?js$/ }, async ({ path }) => {
      const map = {
        version: 3,
        sources: [basename(path)],
        sourcesContent: [''],
        names: [],
        mappings: 'AAAA',
      };
      const url = `data:application/json;base64,${Buffer.from(JSON.stringify(map)).toString('base64')}`;
      return { contents: `${await readFile(path, 'utf8')}\n//# sourceMappingURL=${url}`, loader: 'js' };
    });
  },
};

export async function bundlePrograms(programs: Programs): Promise<void> {
  const { entryPoints, outdir, external, sourcemap = false, define } = programs;
  await rm(join(outdir, 'chunks'), { recursive: true, force: true });
  await build({
    entryPoints,
    outdir,
    external,
    sourcemap,
    sourcesContent: false,
    define,
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    // Packages of CommonJS ask for Node's own modules, and for what is left out, when they run.
    banner: {
      js: "import { createRequire as createRequireOfFile } from 'node:module'; const require = createRequireOfFile(import.meta.url);",
    },
    // A sixth less memory for the text of programs. Names stay, so that stacks can be read.
    minifyWhitespace: true,
    minifySyntax: true,
    plugins: sourcemap ? [filesOfPackages] : [],
    logLevel: 'warning',
    // Rollup repeats for their effects imports of packages that have none.
    logOverride: { 'ignored-bare-import': 'silent' },
  });
}
