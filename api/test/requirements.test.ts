import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { listRequirements } from '../../scripts/requirements.ts';
import { PROJECT_DIR } from './source/imports.ts';

const FOLDERS = ['api', 'web', 'prisma', 'scripts', 'e2e', 'bench'];

function listTests(): string[] {
  return FOLDERS.flatMap((folder) => listFolder(join(PROJECT_DIR, folder))).filter((file) =>
    /\.test\.tsx?$/.test(file),
  );
}

/** A folder need not be there, and what is installed or built holds no tests of ours. */
function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      if (/^(node_modules|dist|build|generated)$/.test(entry.name)) return [];
      const path = join(folder, entry.name);
      return entry.isDirectory() ? listFolder(path) : [path];
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

const idsIn = (text: string): string[] => [...text.matchAll(/\[([A-Z]+-\d+)\]/g)].map((match) => match[1]!);

/** Every id that a title cites, with the file. */
const cited = listTests().flatMap((file) =>
  idsIn(readFileSync(file, 'utf8')).map((id) => ({ id, file: relative(PROJECT_DIR, file) })),
);
const requirements = listRequirements();
const listed = requirements.map(({ id }) => id);

describe('The list of requirements', () => {
  it('names each once', () => {
    expect(listed.length).toBeGreaterThan(70);
    expect(listed.filter((id, index) => listed.indexOf(id) !== index)).toEqual([]);
  });

  it('has every requirement that a test cites', () => {
    expect(new Set(cited.map(({ file }) => file)).size).toBeGreaterThan(10);
    expect(cited.filter(({ id }) => !listed.includes(id))).toEqual([]);
  });

  it('calls nothing PROVED that no test cites', () => {
    const proved = requirements.filter(({ standing }) => standing === 'PROVED').map(({ id }) => id);
    expect(proved.length).toBeGreaterThan(20);
    expect(proved.filter((id) => !cited.some((one) => one.id === id))).toEqual([]);
  });
});
