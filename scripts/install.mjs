import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const REQUIRED_NODE = [20, 19];

export function ensureNodeVersion() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [requiredMajor = 0, requiredMinor = 0] = REQUIRED_NODE;
  if (major > requiredMajor || (major === requiredMajor && minor >= requiredMinor)) return;
  console.error(
    `MCP Agent Studio needs Node ${REQUIRED_NODE.join('.')} or newer; this is ${process.versions.node}. ` +
      'Install a newer Node (https://nodejs.org) and run the command again.',
  );
  process.exit(1);
}

/** Runs `npm ci` unless what package-lock.json asks for is installed already. */
export async function installDependencies() {
  if (isInstalled()) return;
  const startedAt = Date.now();
  const seconds = () => Math.round((Date.now() - startedAt) / 1000);
  console.log('Installing dependencies with npm ci; the first time this takes a minute or two.');
  // npm shows its own progress on a terminal only; elsewhere silence would look like a hang.
  const ticker = setInterval(() => console.log(`Installing dependencies: ${seconds()} s`), 10_000);
  const npmCli = process.env['npm_execpath'];
  const [command, ...before] = npmCli?.endsWith('.js') ? [process.execPath, npmCli] : ['npm'];
  const npm = spawn(command, [...before, 'ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
    // Keeps Prisma's install script from downloading an engine that nothing here uses (see prisma.config.ts).
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath },
  });
  const [code] = await once(npm, 'exit');
  clearInterval(ticker);
  if (code !== 0) {
    console.error(
      'npm ci failed, see above. Check the network and the npm registry setting, then run again.',
    );
    process.exit(1);
  }
  console.log(`Installed dependencies in ${seconds()} s.`);
}

/** npm records at the end of an install what it installed; an interrupted one leaves no record. */
function isInstalled() {
  const wanted = readPackages('package-lock.json');
  const installed = readPackages('node_modules/.package-lock.json');
  return Object.entries(wanted).every(([path, { version, link, optional, devOptional, peer }]) => {
    const isRequired = path.startsWith('node_modules/') && !link && !optional && !devOptional && !peer;
    return !isRequired || installed[path]?.version === version;
  });
}

/** @returns {Record<string, { version?: string, link?: boolean, optional?: boolean, devOptional?: boolean, peer?: boolean }>} */
function readPackages(file) {
  try {
    return JSON.parse(readFileSync(`${ROOT}/${file}`, 'utf8')).packages;
  } catch (error) {
    if (error.code === 'ENOENT') return {};
    throw error;
  }
}
