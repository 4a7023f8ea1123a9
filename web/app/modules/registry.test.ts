// @vitest-environment node
import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ModuleDefinition } from './module-definition.ts';
import { enabledModules, modules, navigationOf, orderModules } from './registry.ts';

const aModule = (id: string, dependencies: string[] = [], isConfigurable = true): ModuleDefinition => ({
  id,
  name: id,
  version: '1.0.0',
  description: '',
  icon: 'tool',
  dependencies,
  routes: [],
  navigation: [{ label: id, to: `/${id}`, order: 1 }],
  settings: { isConfigurable },
});

const idsOf = (list: ModuleDefinition[]): string[] => list.map(({ id }) => id);

describe('the registry of modules', () => {
  it('[WEB-1] puts dependencies first', () => {
    expect(idsOf(orderModules([aModule('c', ['b']), aModule('b', ['a']), aModule('a')]))).toEqual([
      'a',
      'b',
      'c',
    ]);
  });

  it('[WEB-1] refuses a circle, and names it', () => {
    expect(() => orderModules([aModule('a', ['b']), aModule('b', ['c']), aModule('c', ['a'])])).toThrow(
      'a → b → c → a',
    );
  });

  it('[WEB-1] refuses an unknown dependency and a second module of the same id', () => {
    expect(() => orderModules([aModule('a', ['ghost'])])).toThrow('ghost');
    expect(() => orderModules([aModule('a'), aModule('a')])).toThrow('same id');
  });

  it('[WEB-1] switches off what depends on a module that is off', () => {
    const all = [aModule('a'), aModule('b', ['a']), aModule('c', ['b']), aModule('d')];
    expect(idsOf(enabledModules(all, new Set(['a'])))).toEqual(['d']);
  });

  it('[WEB-1] keeps a module that may not be switched off', () => {
    expect(idsOf(enabledModules([aModule('a', [], false)], new Set(['a'])))).toEqual(['a']);
  });

  it('[WEB-1] navigates in order to pages that exist', () => {
    const items = navigationOf(modules);
    expect(items.map(({ order }) => order)).toEqual(items.map(({ order }) => order).sort((a, b) => a - b));
    const paths = modules.flatMap(({ routes }) => routes.map(({ path }) => `/${path}`));
    expect(items.filter(({ to }) => !paths.includes(to))).toEqual([]);
    const missing = modules.flatMap(({ id, routes }) =>
      routes
        .filter(({ file }) => !existsSync(new URL(`../${file}`, import.meta.url)))
        .map(({ file }) => `The module ${id} names web/app/${file}, which is not there: write it.`),
    );
    expect(missing).toEqual([]);
  });
});
