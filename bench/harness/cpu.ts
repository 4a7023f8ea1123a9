import { readFileSync } from 'node:fs';

/** Clock ticks a second in /proc; the kernel reports this one to programs on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;

/**
 * Milliseconds of CPU that a process and everything it started have used, those that have ended included, from the
 * operating system: a rate says how the machine felt, this says what the work costs. NaN where there is no /proc.
 */
export function cpuMsOf(pid: number): number {
  const stat = readProc(`/proc/${pid}/stat`);
  if (stat === null) return Number.NaN;
  const living = childrenOf(pid).reduce((sum, child) => sum + (cpuMsOf(child) || 0), 0);
  return ticksOf(stat) * (1000 / TICKS_PER_SECOND) + living;
}

/** Own and waited-for children's user and system time: fields 14 to 17 of proc(5). */
function ticksOf(stat: string): number {
  // The name of the program stands in parentheses and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
}

function childrenOf(pid: number): number[] {
  return (readProc(`/proc/${pid}/task/${pid}/children`) ?? '').split(' ').filter(Boolean).map(Number);
}

/** A process and everything below it. */
export const treeOf = (pid: number): number[] => [pid, ...childrenOf(pid).flatMap(treeOf)];

/** Resident memory of a process in KiB, of what it shares only its part; NaN where there is no /proc. */
export function memoryKibOf(pid: number): number {
  const rollup = readProc(`/proc/${pid}/smaps_rollup`) ?? '';
  return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? Number.NaN);
}

function readProc(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return null; // it has ended, or this is no Linux
    throw error;
  }
}

/** CPU milliseconds that each group of processes uses while `work` runs, and how long that takes. */
export async function withCpu<T, N extends string>(
  groups: Readonly<Record<N, readonly number[]>>,
  work: () => Promise<T>,
): Promise<{ result: T; cpuMs: Record<N, number>; wallMs: number }> {
  const names = Object.keys(groups) as N[];
  const read = () => names.map((name) => groups[name].reduce((sum, pid) => sum + cpuMsOf(pid), 0));
  const before = read();
  const startedAt = performance.now();
  const result = await work();
  const wallMs = performance.now() - startedAt;
  const after = read();
  const cpuMs = Object.fromEntries(names.map((name, index) => [name, after[index]! - before[index]!]));
  return { result, cpuMs: cpuMs as Record<N, number>, wallMs };
}
