/**
 * Where a Redis server comes from. npm carries none that runs everywhere, so: what is installed, else the machine's
 * package manager, else a build from source.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { findProgram, installDebianPackages, isRunnable, runCommand } from './run-command.ts';

/** Downloads and compiles Redis; used only where nothing else helped, so it is no dependency of ours. */
const BUILDER = 'redis-memory-server@0.17.1';
const BUILD_VERSION = '7.2.11';

/**
 * The path of a Redis (or Valkey) server, installed on the way when it is missing. `cacheDir` keeps one that had to be
 * built.
 */
export async function findRedisServer(cacheDir: string, onProgress: (line: string) => void): Promise<string> {
  const attempts = [
    () => findProgram('redis-server', 'valkey-server'),
    () => findBuilt(cacheDir),
    () => installWithApt(onProgress),
    () => installWithBrew(onProgress),
    () => buildFromSource(cacheDir, onProgress),
  ];
  for (const attempt of attempts) {
    const found = await attempt();
    if (found) return found;
  }
  throw new Error(
    'No Redis server was found and none could be installed. Install one (Debian, Ubuntu: apt-get install redis-server; ' +
      'macOS: brew install redis) or set REDIS_URL to one that runs.',
  );
}

async function installWithApt(onProgress: (line: string) => void): Promise<string | null> {
  if (!(await findProgram('apt-get'))) return null;
  onProgress('Redis is not installed; trying apt-get install redis-server');
  if (!(await installDebianPackages(['redis-server'], onProgress))) return null;
  return findProgram('redis-server');
}

async function installWithBrew(onProgress: (line: string) => void): Promise<string | null> {
  const brew = await findProgram('brew');
  if (!brew) return null;
  onProgress('Redis is not installed; trying brew install redis');
  await runCommand(brew, ['install', 'redis'], { onLine: onProgress });
  return findProgram('redis-server');
}

async function buildFromSource(cacheDir: string, onProgress: (line: string) => void): Promise<string | null> {
  // Its Windows variant is a differently licensed product, and elsewhere it needs a compiler.
  if (process.platform === 'win32' || !(await findProgram('make'))) return null;
  onProgress(`Redis is not installed; building ${BUILD_VERSION} from source, which takes some minutes`);
  const builderDir = join(cacheDir, 'redis-builder');
  await mkdir(builderDir, { recursive: true });
  const install = ['install', '--no-save', '--ignore-scripts', '--prefix', builderDir, BUILDER];
  if ((await runCommand('npm', install, { onLine: onProgress })).code !== 0) return null;
  const script = join(builderDir, 'node_modules', 'redis-memory-server', 'scripts', 'postinstall.js');
  const build = await runCommand(process.execPath, [script], {
    cwd: builderDir,
    env: {
      REDISMS_DOWNLOAD_DIR: join(cacheDir, 'redis-build'),
      REDISMS_VERSION: BUILD_VERSION,
      // It verifies certificates only when npm is known to.
      npm_config_strict_ssl: 'true',
    },
    onLine: onProgress,
  });
  return build.code === 0 ? findBuilt(cacheDir) : null;
}

async function findBuilt(cacheDir: string): Promise<string | null> {
  const path = join(cacheDir, 'redis-build', BUILD_VERSION, 'redis-server');
  return (await isRunnable(path)) ? path : null;
}
