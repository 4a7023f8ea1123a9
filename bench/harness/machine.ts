import { cpus, loadavg, totalmem } from 'node:os';

/** What the figures were measured on; no name and no path of it. */
export interface MachineDescription {
  at: string;
  cores: number;
  processor: string;
  memoryGiB: number;
  node: string;
  /** Of the last minute, at the begin and at the end: what else was going on. */
  loadAtBegin: number;
  loadAtEnd: number;
}

/** Call it at the begin; what it returns is called at the end. */
export function observeMachine(): () => MachineDescription {
  const loadAtBegin = round(loadavg()[0]!);
  return () => ({
    at: new Date().toISOString().slice(0, 16),
    cores: cpus().length,
    processor: cpus()[0]?.model ?? 'unknown',
    memoryGiB: round(totalmem() / 2 ** 30),
    node: process.version,
    loadAtBegin,
    loadAtEnd: round(loadavg()[0]!),
  });
}

const round = (value: number): number => Math.round(value * 10) / 10;

export const describeMachine = (machine: MachineDescription): string =>
  `${machine.at} UTC, ${machine.cores} cores (${machine.processor}), ${machine.memoryGiB} GiB, Node ${machine.node}; ` +
  `load of the machine ${machine.loadAtBegin} before and ${machine.loadAtEnd} after.`;
