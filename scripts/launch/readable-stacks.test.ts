import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { bundlePrograms } from '../bundle-programs.ts';

const READABLE_STACKS = new URL('./readable-stacks.mjs', import.meta.url).href;

it('names the lines of our sources and the files of packages in the stack of an error', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'studio-stacks-'));
  try {
    const source = join(folder, 'source.ts');
    await writeFile(
      source,
      `// A comment that the build leaves out.
import { callBack } from 'caller';
interface Reason { text: string }
function fail({ text }: Reason): never {
  throw new TypeError(text);
}
try {
  callBack(() => fail({ text: 'Broken' }));
} catch (error) {
  console.log((error as Error).stack);
}
await Promise.reject(new Error('Later')).catch((error: Error) => console.log(error.stack));
`,
    );
    const caller = join(folder, 'node_modules', 'caller', 'index.js');
    await mkdir(join(caller, '..'), { recursive: true });
    await writeFile(caller, '// CommonJS\nexports.callBack = (work) => {\n  work();\n};\n');
    const outdir = join(folder, 'built');
    await bundlePrograms({ entryPoints: { program: source }, outdir, external: [], sourcemap: true });
    await writeFile(join(outdir, 'package.json'), '{ "type": "module" }');
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--import',
      READABLE_STACKS,
      join(outdir, 'program.js'),
    ]);
    expect(stdout).toContain('TypeError: Broken\n');
    expect(stdout).toContain(`at fail (${source}:5:9)`);
    expect(stdout).toContain(`(${caller})`);
    expect(stdout).toContain(`at ${source}:8:3`);
    expect(stdout).toContain(`Error: Later\n    at ${source}:12:22`);
  } finally {
    await rm(folder, { recursive: true });
  }
});
