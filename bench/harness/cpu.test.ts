import { expect, it } from 'vitest';
import { cpuMsOf, withCpu } from './cpu.ts';

it.runIf(process.platform === 'linux')(
  'counts the CPU of a process, and none of one that there is not',
  async () => {
    const burn = () => {
      const until = process.cpuUsage().user + 200_000;
      while (process.cpuUsage().user < until) Math.sqrt(Math.random());
      return Promise.resolve('burnt');
    };
    const { result, cpuMs } = await withCpu({ own: [process.pid] }, burn);
    expect(result).toBe('burnt');
    // The kernel counts in hundredths of a second.
    expect(cpuMs.own).toBeGreaterThanOrEqual(180);
    expect(cpuMsOf(2 ** 30)).toBeNaN();
  },
);
