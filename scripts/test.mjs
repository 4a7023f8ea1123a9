/** `npm test`: see run-tests.ts; only what must work before the dependencies are there is here. */
import { ensureNodeVersion, installDependencies } from './install.mjs';

ensureNodeVersion();
await installDependencies();
const { register } = await import('tsx/esm/api');
register();
const { runTests } = await import('./run-tests.ts');
await runTests(process.argv.slice(2));
