/** `npm run check`: see run-checks.ts; only what must work before the dependencies are there is here. */
import { ensureNodeVersion, installDependencies } from './install.mjs';

ensureNodeVersion();
await installDependencies();
const { register } = await import('tsx/esm/api');
register();
const { runChecks } = await import('./run-checks.ts');
await runChecks(process.argv.slice(2));
