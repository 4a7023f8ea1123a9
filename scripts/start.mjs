/**
 * `npm start`: everything from a fresh clone to a running studio. This file and install.mjs use Node's own modules only,
 * since nothing else is there yet; the rest is TypeScript and starts once the dependencies are installed.
 */
import { ensureNodeVersion, installDependencies } from './install.mjs';

ensureNodeVersion();
await installDependencies();
const { register } = await import('tsx/esm/api');
register();
const { launch } = await import('./launch/launch.ts');
await launch();
