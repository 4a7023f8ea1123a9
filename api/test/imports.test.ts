import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Opened } from './source/import-all.ts';
import { listSources, PROJECT_DIR } from './source/imports.ts';

/** They start a process or write a file: that is what they are for. */
const PROGRAMS = /\/(main|worker|print-permissions|graphql\/print)\.ts$|\.mjs$/;

const modules = listSources('api/src').filter((file) => !PROGRAMS.test(file));

/** Ends only when nothing holds the process open. Settings are absent, so that whoever reads one fails. */
async function importAll(files: string[]): Promise<Opened[]> {
  const program = join(PROJECT_DIR, 'api/test/source/import-all.ts');
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', program, ...files], {
    cwd: PROJECT_DIR,
    env: { PATH: process.env['PATH'] },
    timeout: 25_000,
  });
  return JSON.parse(stdout) as Opened[];
}

describe('Importing a module', () => {
  it('opens nothing', async () => {
    expect(modules.length).toBeGreaterThan(100);
    expect(await importAll(modules)).toEqual([]);
  });

  it('would be noticed, if it did', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'studio-imports-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'opens.mjs');
    await writeFile(file, 'setTimeout(() => {}, 1).unref(); process.on("beforeExit", () => {});');
    const [opened] = await importAll([file]);
    expect(opened?.kinds).toEqual(['Timeout', 'process listener']);
  });
});
