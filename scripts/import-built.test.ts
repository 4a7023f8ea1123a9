import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PROJECT_DIR } from './launch/settings.ts';

const IMPORT_BUILT = new URL('./import-built.mjs', import.meta.url).href;

let folder: string;
let source: string;
let built: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'studio-built-'));
  source = join(folder, `${basename(folder)}.ts`);
  built = join(PROJECT_DIR, '.turbo', 'programs', `${basename(folder)}.mjs`);
});
afterEach(async () => {
  for (const path of [built, `${built}.map`, `${built}.json`]) await rm(path, { force: true });
  await rm(folder, { recursive: true });
});

/** As if it had been written a while ago: what changes during a build is not trusted. */
async function write(path: string, text: string): Promise<void> {
  await writeFile(path, text);
  const before = new Date(Date.now() - 60_000);
  await utimes(path, before, before);
}

/** In a process of its own, since a module is loaded once in each. */
async function run(): Promise<string> {
  const program = `const { importBuilt } = await import(${JSON.stringify(IMPORT_BUILT)});
    console.log((await importBuilt(${JSON.stringify(relative(PROJECT_DIR, source))})).told);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
  return stdout.trim();
}

describe('importBuilt', () => {
  it('runs TypeScript, which knows where its source lies', async () => {
    await write(source, 'export const told: string = import.meta.url;');
    expect(await run()).toBe(pathToFileURL(source).href);
  });

  it('builds again when one of the files has changed, and only then', async () => {
    const other = join(folder, 'other.ts');
    await write(source, "export { told } from './other.ts';");
    await write(other, "export const told = 'first';");
    expect(await run()).toBe('first');
    const { ino } = await stat(built);
    expect(await run()).toBe('first');
    expect((await stat(built)).ino).toBe(ino);
    await write(other, "export const told = 'changed';");
    expect(await run()).toBe('changed');
    expect(await readFile(built, 'utf8')).not.toContain('first');
  });
});
