/** The last step of the dashboard's build: the web server, and beside it the pages as the server renders them. */
import { fileURLToPath } from 'node:url';
import { bundlePrograms } from './bundle-programs.ts';

const pathOf = (name: string): string => fileURLToPath(new URL(`../web/${name}`, import.meta.url));

await bundlePrograms({
  // One step for both: they have to share the packages that hold the state of a page.
  entryPoints: { main: pathOf('server/main.ts'), pages: pathOf('build/server/index.js') },
  outdir: pathOf('build'),
  // While developing, and in the browser, alone.
  external: ['vite', 'graphiql', '@graphiql/*', 'monaco-editor'],
  define: { 'process.env.NODE_ENV': '"production"' },
});
