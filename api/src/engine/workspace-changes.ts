import { lstat, mkdir, readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff';
import type { EventPayloads } from '../domains/run-events.ts';

type FileChange = Omit<EventPayloads['FILE_CHANGED'], 'callId'>;

/** A workspace beyond these limits is watched in part; folders that tools fill by the thousand are left out. */
const MOST_FILES = 2_000;
const LARGEST_TEXT_BYTES = 128 * 1_024;
const LARGEST_DIFF_CHARACTERS = 64 * 1_024;
const IGNORED_FOLDERS = new Set(['node_modules', '.git']);

interface FileState {
  /** Changes whenever the file does. */
  stamp: string;
  /** Null: binary, or too large to compare. */
  text: string | null;
}

/**
 * What tool calls do to the files of a workspace, found by looking before and after: a tool need not tell. One object
 * per run; calls of other runs in the same workspace at the same moment cannot be told apart.
 */
export class WorkspaceChanges {
  private known: Map<string, FileState> | null = null;

  constructor(private readonly folder: string) {}

  /** Remembers how the files are now. */
  async remember(): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    this.known = await this.look();
  }

  /** What has changed since the last look, in order of path. */
  async findChanges(): Promise<FileChange[]> {
    const before = this.known ?? new Map<string, FileState>();
    const after = await this.look();
    this.known = after;
    const changes: FileChange[] = [];
    for (const path of [...new Set([...before.keys(), ...after.keys()])].sort()) {
      const old = before.get(path);
      const now = after.get(path);
      // A file that was written again with the same content counts too: something did write it.
      if (old?.stamp === now?.stamp) continue;
      changes.push({
        path,
        kind: !old ? 'CREATED' : now ? 'MODIFIED' : 'DELETED',
        ...diffOf(path, old, now),
      });
    }
    return changes;
  }

  private async look(): Promise<Map<string, FileState>> {
    const states = new Map<string, FileState>();
    await this.lookInto(this.folder, states);
    return states;
  }

  private async lookInto(folder: string, states: Map<string, FileState>): Promise<void> {
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (states.size >= MOST_FILES) return;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!IGNORED_FOLDERS.has(entry.name)) await this.lookInto(path, states);
      } else if (entry.isFile()) {
        const name = relative(this.folder, path).split(sep).join('/');
        const state = await this.stateOf(path, name);
        if (state) states.set(name, state);
      }
    }
  }

  private async stateOf(path: string, name: string): Promise<FileState | null> {
    try {
      const { mtimeNs, size, ino } = await lstat(path, { bigint: true });
      const stamp = `${ino}:${mtimeNs}:${size}`;
      const known = this.known?.get(name);
      if (known?.stamp === stamp) return known;
      if (size > LARGEST_TEXT_BYTES) return { stamp, text: null };
      const content = await readFile(path);
      return { stamp, text: content.includes(0) ? null : content.toString('utf8') };
    } catch (error) {
      // Gone between the listing and the look.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }
}

function diffOf(
  path: string,
  old: FileState | undefined,
  now: FileState | undefined,
): Pick<FileChange, 'diff' | 'isTruncated'> {
  if (old?.text === null || now?.text === null) return { diff: null, isTruncated: false };
  if (old && old.text === now?.text) return { diff: '', isTruncated: false };
  const diff = createTwoFilesPatch(
    old ? `a/${path}` : '/dev/null',
    now ? `b/${path}` : '/dev/null',
    old?.text ?? '',
    now?.text ?? '',
    undefined,
    undefined,
    { context: 3, headerOptions: FILE_HEADERS_ONLY },
  );
  const isTruncated = diff.length > LARGEST_DIFF_CHARACTERS;
  return { diff: isTruncated ? diff.slice(0, LARGEST_DIFF_CHARACTERS) : diff, isTruncated };
}
