/** The build of the API: both processes, each one file and what they share. */
import { fileURLToPath } from 'node:url';
import { bundlePrograms } from './bundle-programs.ts';

const pathOf = (name: string): string => fileURLToPath(new URL(`../api/${name}`, import.meta.url));

await bundlePrograms({
  entryPoints: { main: pathOf('src/main.ts'), worker: pathOf('src/worker.ts') },
  outdir: pathOf('dist'),
  // Programs for this machine, and what packages try for and do without.
  external: ['argon2', 'msgpackr-extract', 'pg-native'],
  sourcemap: true,
});
