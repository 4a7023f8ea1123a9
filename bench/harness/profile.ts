import type { Profiler } from 'node:inspector';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Contestant } from './line.ts';
import { table } from './table.ts';

const SHOWN = 25;

/** Measures once more while the processes are sampled; writes the profiles and returns where their time goes. */
export async function profileContestant(
  contestant: Contestant,
  options: { dir: string; id: string },
): Promise<string[]> {
  const processes = contestant.profiled ?? [];
  for (const each of processes) await each.call('startProfile');
  await contestant.measure();
  await mkdir(options.dir, { recursive: true });
  const texts: string[] = [];
  for (const each of processes) {
    const profile = await each.call<Profiler.Profile>('stopProfile');
    const file = `${options.id}-${contestant.name}-${each.name}`.replace(/[^A-Za-z0-9]+/g, '-');
    await writeFile(join(options.dir, `${file}.cpuprofile`), JSON.stringify(profile));
    texts.push(`### ${options.id}, ${contestant.name}: ${each.name}\n\n${describeProfile(profile)}`);
  }
  return texts;
}

/** Self time by function and by package, as shares of the time in which the process was not idle. */
function describeProfile(profile: Profiler.Profile): string {
  const selfUs = new Map<number, number>();
  profile.samples?.forEach((node, index) =>
    selfUs.set(node, (selfUs.get(node) ?? 0) + (profile.timeDeltas?.[index] ?? 0)),
  );
  const byFunction = new Map<string, number>();
  const byPlace = new Map<string, number>();
  let busyUs = 0;
  let idleUs = 0;
  for (const { id, callFrame } of profile.nodes) {
    const us = selfUs.get(id) ?? 0;
    // Taking the profile is no part of it.
    if (callFrame.functionName === 'dispatch' && callFrame.url === '') continue;
    if (callFrame.functionName === '(idle)') {
      idleUs += us;
      continue;
    }
    busyUs += us;
    const place = placeOf(callFrame.url, callFrame.functionName);
    const name = `${callFrame.functionName || '(anonymous)'} ${place}:${callFrame.lineNumber + 1}`;
    byFunction.set(name, (byFunction.get(name) ?? 0) + us);
    byPlace.set(place, (byPlace.get(place) ?? 0) + us);
  }
  const share = (us: number) => `${((100 * us) / busyUs).toFixed(1)} %`;
  const top = (from: Map<string, number>, title: string) =>
    table([
      [title, 'self'],
      ...[...from]
        .sort(([, a], [, b]) => b - a)
        .slice(0, SHOWN)
        .map(([name, us]) => [name, share(us)]),
    ]);
  const busy = `Busy for ${((100 * busyUs) / (busyUs + idleUs)).toFixed(0)} % of the time.`;
  return [busy, '', top(byPlace, 'package or file'), '', top(byFunction, 'function'), ''].join('\n');
}

/** The package, a module of Node, or a file of the product. */
function placeOf(url: string, functionName: string): string {
  const inPackage = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url);
  if (inPackage) return inPackage[1]!;
  if (url.startsWith('node:')) return url;
  if (url === '') return functionName.startsWith('(') ? functionName : '(native)';
  return url.split('/').slice(-2).join('/');
}
