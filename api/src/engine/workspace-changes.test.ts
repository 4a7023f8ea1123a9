import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { WorkspaceChanges } from './workspace-changes.ts';

const folder = await mkdtemp(join(tmpdir(), 'studio-workspace-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
const write = (name: string, content: string | Buffer) => writeFile(join(folder, name), content);

describe('changes of a workspace', () => {
  it('[EXE-2] tells what was created, modified and deleted, with a diff', async () => {
    await write('kept.txt', 'kept\n');
    await write('old.txt', 'one\ntwo\n');
    await write('gone.txt', 'gone\n');
    const changes = new WorkspaceChanges(folder);
    await changes.remember();
    await write('old.txt', 'one\nthree\n');
    await mkdir(join(folder, 'notes'));
    await write('notes/new.txt', 'new\n');
    await rm(join(folder, 'gone.txt'));
    const found = await changes.findChanges();
    expect(found.map(({ path, kind }) => [path, kind])).toEqual([
      ['gone.txt', 'DELETED'],
      ['notes/new.txt', 'CREATED'],
      ['old.txt', 'MODIFIED'],
    ]);
    expect(found[2]!.diff).toBe('--- a/old.txt\n+++ b/old.txt\n@@ -1,2 +1,2 @@\n one\n-two\n+three\n');
    expect(await changes.findChanges()).toEqual([]);
  });

  it('[EXE-2] tells of a file that was written again with the same content', async () => {
    await write('same.txt', 'same\n');
    const changes = new WorkspaceChanges(folder);
    await changes.remember();
    await write('same.txt', 'same\n');
    expect(await changes.findChanges()).toEqual([
      { path: 'same.txt', kind: 'MODIFIED', diff: '', isTruncated: false },
    ]);
  });

  it('[EXE-2] shows no diff of what is binary, and cuts one that is too long', async () => {
    const changes = new WorkspaceChanges(folder);
    await changes.remember();
    await write('image.bin', Buffer.from([1, 0, 2]));
    await write('long.txt', 'x\n'.repeat(50_000));
    const found = await changes.findChanges();
    expect(found.map(({ path, diff, isTruncated }) => [path, diff?.length ?? null, isTruncated])).toEqual([
      ['image.bin', null, false],
      ['long.txt', 65_536, true],
    ]);
  });
});
