import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Confinement, Isolation } from '../driver.ts';

/**
 * What a child process is kept from, as far as this machine can: `bubblewrap` gives it a network and a file system of its
 * own, `prlimit` bounds what it takes. Nothing requires them: what does not work here is left out, and told by `isolation`.
 */

export interface CommandLine {
  command: string;
  args: string[];
}

/** Enough for a program that holds a large result, too little to take the machine along. Address space alone says nothing. */
const dataBytes = 4 * 1024 ** 3;
const openFiles = 1024;
/** Of the user inside its own namespace; without one it would count what the studio runs too. */
const processes = 256;

/** Where programs and their libraries are; what is not there is passed over. */
const systemFolders = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/opt', '/nix/store'];
const systemFiles = [
  'alternatives',
  'ca-certificates',
  'group',
  'host.conf',
  'hosts',
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'localtime',
  'nsswitch.conf',
  'passwd',
  'pki',
  'resolv.conf',
  'ssl',
].map((name) => join('/etc', name));

const toolFolders = ['/usr/bin', '/bin', '/usr/local/bin', '/run/current-system/sw/bin'];
/** A probe that hangs is one that failed. */
const probeMs = 5000;
const run = promisify(execFile);

/** What works on this machine, found out once a process and only when it is first needed. */
export interface Machinery {
  bubblewrap: string | null;
  prlimit: string | null;
}

export async function findMachinery(): Promise<Machinery> {
  const bubblewrap = await findTool('bwrap');
  const prlimit = await findTool('prlimit');
  const works = async (command: string, args: string[]) =>
    run(command, args, { timeout: probeMs, env: {} }).then(
      () => true,
      () => false, // refused by the kernel, by a container or by its version: the fallback is to do without
    );
  // The very thing that is done later, around a program that does nothing.
  const wrapped = [...bubblewrapArguments({ network: false, fileSystem: null }, '/'), '/bin/true'];
  return {
    bubblewrap: bubblewrap && (await works(bubblewrap, wrapped)) ? bubblewrap : null,
    prlimit: prlimit && (await works(prlimit, [...limitArguments(false), '/bin/true'])) ? prlimit : null,
  };
}

/** The command line that starts a child as confined as can be. */
export function confine(
  { command, args, cwd }: CommandLine & { cwd: string },
  confinement: Confinement,
  tools: Machinery,
): CommandLine {
  const isWrapped = tools.bubblewrap !== null;
  const limited = tools.prlimit
    ? [tools.prlimit, ...limitArguments(isWrapped), command, ...args]
    : [command, ...args];
  const line = isWrapped
    ? [tools.bubblewrap!, ...bubblewrapArguments(confinement, cwd), ...limited]
    : limited;
  return { command: line[0]!, args: line.slice(1) };
}

/** What holds of a child that is started with this confinement. */
export function describeIsolation(confinement: Confinement, { bubblewrap, prlimit }: Machinery): Isolation {
  const isWrapped = bubblewrap !== null;
  return {
    environment: true,
    processGroup: process.platform !== 'win32',
    limits: prlimit !== null,
    network: isWrapped && !confinement.network ? 'NONE' : 'OPEN',
    fileSystem: !isWrapped ? 'SHARED' : confinement.fileSystem ? 'PRIVATE' : 'SHARED',
    user: isWrapped ? 'NAMESPACE' : 'SAME',
  };
}

const limitArguments = (isWrapped: boolean): string[] => [
  `--data=${dataBytes}`,
  `--nofile=${openFiles}`,
  '--core=0',
  ...(isWrapped ? [`--nproc=${processes}`] : []),
  '--',
];

function bubblewrapArguments({ network, fileSystem }: Confinement, cwd: string): string[] {
  const node = dirname(dirname(process.execPath));
  const own = fileSystem
    ? [
        // First: what is mounted later may lie below it.
        '--tmpfs',
        '/tmp',
        ...[...systemFolders, ...systemFiles, node, ...fileSystem.readable].flatMap((path) => [
          '--ro-bind-try',
          path,
          path,
        ]),
        ...fileSystem.writable.flatMap((path) => ['--bind', path, path]),
      ]
    : ['--dev-bind', '/', '/'];
  return [
    '--unshare-user',
    '--unshare-pid',
    '--unshare-ipc',
    '--die-with-parent',
    ...(network ? [] : ['--unshare-net']),
    ...own,
    '--proc',
    '/proc',
    '--dev',
    '/dev',
    '--chdir',
    cwd,
    '--',
  ];
}

async function findTool(name: string): Promise<string | null> {
  if (process.platform !== 'linux') return null;
  for (const folder of toolFolders) {
    const path = join(folder, name);
    if (
      await access(path, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  return null;
}
