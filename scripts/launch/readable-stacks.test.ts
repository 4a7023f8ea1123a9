import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { expect, it } from 'vitest';

const READABLE_STACKS = new URL('./readable-stacks.mjs', import.meta.url).href;

it('names the lines of the source in the stack of an error', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'studio-stacks-'));
  try {
    const source = join(folder, 'source.ts');
    await writeFile(
      source,
      `// A comment that the build leaves out.
interface Reason { text: string }
function fail({ text }: Reason): never {
  throw new TypeError(text);
}
try {
  fail({ text: 'Broken' });
} catch (error) {
  console.log((error as Error).stack);
}
await Promise.reject(new Error('Later')).catch((error: Error) => console.log(error.stack));
`,
    );
    const outfile = join(folder, 'built.mjs');
    await build({ entryPoints: [source], outfile, format: 'esm', sourcemap: true, logLevel: 'silent' });
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', READABLE_STACKS, outfile]);
    expect(stdout).toContain('TypeError: Broken\n');
    expect(stdout).toContain(`at fail (${source}:4:9)`);
    expect(stdout).toContain(`at ${source}:7:3`);
    expect(stdout).toContain(`Error: Later\n    at ${source}:11:22`);
  } finally {
    await rm(folder, { recursive: true });
  }
});
