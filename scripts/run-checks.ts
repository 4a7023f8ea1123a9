/** All checks that need no running studio, two at a time; every failure is shown, not only the first. */
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { PROJECT_DIR } from './launch/settings.ts';
import { runCommand } from './services/run-command.ts';

interface Check {
  name: string;
  command: [string, ...string[]];
}

/** A package's program, run by this Node. */
const node = (path: string, ...args: string[]): [string, ...string[]] => [
  process.execPath,
  join('node_modules', ...path.split('/')),
  ...args,
];

/** The longest first, so that none of them ends up alone at the end. */
const CHECKS: Check[] = [
  {
    name: 'eslint',
    command: node('eslint/bin/eslint.js', '--cache', '--cache-location', '.turbo/eslint', '.'),
  },
  { name: 'types', command: node('turbo/bin/turbo', 'run', 'typecheck', '--output-logs=errors-only') },
  { name: 'prettier', command: node('prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.') },
  { name: 'knip', command: node('knip/bin/knip.js', '--no-progress') },
  { name: 'migrations', command: node('tsx/dist/cli.mjs', join('prisma', 'migrate.ts'), 'check') },
];

/** Files that are generated and committed: people read them, and others build on them. */
const GENERATED = [
  'schema.graphql',
  'possible-types.json',
  join('docs', 'permissions.md'),
  join('web', 'app', 'gql'),
  join('web', 'app', 'components', 'ui', 'icons.svg'),
  join('web', 'app', 'components', 'ui', 'icon-names.ts'),
];

/** `names` picks some of them, as in `npm run check -- eslint types`. */
export async function runChecks(names: string[]): Promise<void> {
  const isWanted = (name: string) => names.length === 0 || names.includes(name);
  const startedAt = Date.now();
  // The other checks read what this writes.
  const failures = isWanted('generate') ? await runGenerate() : [];
  const waiting = CHECKS.filter((check) => isWanted(check.name));
  const work = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      const failure = await runCheck(check);
      if (failure) failures.push(failure);
    }
  };
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, work));
  for (const failure of failures) console.error(`\n${failure}`);
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(0);
  console.log(
    failures.length === 0 ? `All checks passed in ${seconds} s.` : `${failures.length} check(s) failed.`,
  );
  process.exitCode = failures.length === 0 ? 0 : 1;
}

async function runCheck({ name, command }: Check): Promise<string | undefined> {
  const startedAt = Date.now();
  const lines: string[] = [];
  const [program, ...args] = command;
  const { code } = await runCommand(program, args, {
    cwd: PROJECT_DIR,
    env: { TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1', FORCE_COLOR: '0' },
    onLine: (line) => lines.push(line),
  });
  console.log(
    `${code === 0 ? 'ok    ' : 'failed'} ${name} (${((Date.now() - startedAt) / 1000).toFixed(1)} s)`,
  );
  return code === 0 ? undefined : `${name}:\n${lines.join('\n')}`;
}

/** Generating again must change nothing; in a fresh clone that compares with what is committed. */
async function runGenerate(): Promise<string[]> {
  const before = await hashGenerated();
  const failure = await runCheck({ name: 'generate', command: ['npm', 'run', '--silent', 'generate'] });
  if (failure) return [failure];
  const after = await hashGenerated();
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (file) => before.get(file) !== after.get(file),
  );
  if (changed.length === 0) return [];
  return [`Generated files were out of date and have been written anew; commit them:\n${changed.join('\n')}`];
}

async function hashGenerated(): Promise<Map<string, string>> {
  const hashes = new Map<string, string>();
  for (const path of GENERATED) {
    for (const file of await listFiles(path)) {
      const content = await readFile(join(PROJECT_DIR, file));
      hashes.set(file, createHash('sha256').update(content).digest('hex'));
    }
  }
  return hashes;
}

async function listFiles(path: string): Promise<string[]> {
  try {
    const names = await readdir(join(PROJECT_DIR, path), { recursive: true, withFileTypes: true });
    return names
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(PROJECT_DIR.length));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTDIR') return [path]; // a single file
    if (code === 'ENOENT') return []; // not generated yet
    throw error;
  }
}
