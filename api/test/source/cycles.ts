import type { Import } from './imports.ts';

/** Each cycle once, as `a → b → a`. Imports of types alone are gone at run time and close none. */
export function findCycles(imports: readonly Import[]): string[] {
  const targets = new Map<string, string[]>();
  for (const { file, target, isTypeOnly } of imports) {
    if (target === null || isTypeOnly) continue;
    targets.set(file, [...(targets.get(file) ?? []), target]);
  }
  const cycles: string[] = [];
  const finished = new Set<string>();
  const path: string[] = [];

  const walk = (file: string): void => {
    const start = path.indexOf(file);
    if (start >= 0) {
      cycles.push([...path.slice(start), file].join(' → '));
      return;
    }
    if (finished.has(file)) return;
    path.push(file);
    for (const target of targets.get(file) ?? []) walk(target);
    path.pop();
    finished.add(file);
  };
  for (const file of targets.keys()) walk(file);
  return cycles;
}
