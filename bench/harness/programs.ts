import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { bundlePrograms } from '../../scripts/bundle-programs.ts';
import { PROJECT_DIR } from '../../scripts/launch/settings.ts';
import { runCommand } from '../../scripts/services/run-command.ts';

const BENCH_DIR = join(PROJECT_DIR, 'bench');
const BUILT_DIR = join(BENCH_DIR, 'dist');

/** Every file of these folders is a program that runs in a process of its own. */
const FOLDERS = ['floors', 'peers', 'programs'];

/** Bundles them as the product's own programs are (see scripts/bundle-api.ts). */
export async function buildPrograms(): Promise<void> {
  const names = FOLDERS.flatMap((folder) =>
    readdirSync(join(BENCH_DIR, folder)).map((file) => join(folder, basename(file, '.ts'))),
  );
  await bundlePrograms({
    entryPoints: Object.fromEntries(names.map((name) => [name, join(BENCH_DIR, `${name}.ts`)])),
    outdir: BUILT_DIR,
    external: ['argon2', 'msgpackr-extract', 'pg-native'],
    sourcemap: true,
  });
}

export const builtProgram = (name: string): string => join(BUILT_DIR, `${name}.js`);

/** Builds this workspace of the product, from the cache when nothing has changed. */
export async function buildProduct(workspace: 'api' | 'web'): Promise<void> {
  const { code, tail } = await runCommand(
    process.execPath,
    [
      join('node_modules', 'turbo', 'bin', 'turbo'),
      'run',
      'build',
      `--filter=@studio/${workspace}`,
      '--output-logs=errors-only',
    ],
    { cwd: PROJECT_DIR, env: { TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1' } },
  );
  if (code !== 0) throw new Error(`Building ${workspace} failed:\n${tail}`);
}
