/**
 * `npm start`: everything from a fresh clone to a running studio. This file, install.mjs and import-built.mjs use Node's own
 * modules only, since nothing else is there yet; the rest is TypeScript and starts once the dependencies are installed.
 */
import { ensureNodeVersion, installDependencies } from './install.mjs';

ensureNodeVersion();
await installDependencies();
await import('./launch/readable-stacks.mjs');
const { importBuilt } = await import('./import-built.mjs');
const { launch } = await importBuilt('scripts/launch/launch.ts');
await launch();
