import { agentsModule } from './agents/definition.ts';
import { approvalsModule } from './approvals/definition.ts';
import { executionsModule } from './executions/definition.ts';
import type { ModuleDefinition, ModuleNavigation } from './module-definition.ts';
import { serversModule } from './servers/definition.ts';
import { settingsModule } from './settings/definition.ts';
import { tasksModule } from './tasks/definition.ts';
import { toolsModule } from './tools/definition.ts';

/** Dependencies first. Throws on an unknown id, a duplicate and a cycle, so that a wrong registry fails the build. */
export function orderModules(modules: readonly ModuleDefinition[]): ModuleDefinition[] {
  const byId = new Map(modules.map((module) => [module.id, module]));
  if (byId.size !== modules.length) throw new Error('Two modules have the same id.');
  const ordered: ModuleDefinition[] = [];
  const visit = (module: ModuleDefinition, trail: string[]): void => {
    if (ordered.includes(module)) return;
    if (trail.includes(module.id)) {
      throw new Error(`Modules depend on each other in a circle: ${[...trail, module.id].join(' → ')}.`);
    }
    for (const id of module.dependencies) {
      const dependency = byId.get(id);
      if (!dependency) throw new Error(`The module ${module.id} depends on ${id}, which does not exist.`);
      visit(dependency, [...trail, module.id]);
    }
    ordered.push(module);
  };
  for (const module of modules) visit(module, []);
  return ordered;
}

/** The modules that are left when some are switched off: without those and all that depend on them. */
export function enabledModules(
  modules: readonly ModuleDefinition[],
  disabledIds: ReadonlySet<string>,
): ModuleDefinition[] {
  const enabled = new Set<string>();
  return orderModules(modules).filter((module) => {
    const isOff = module.settings.isConfigurable && disabledIds.has(module.id);
    const isUsable = !isOff && module.dependencies.every((id) => enabled.has(id));
    if (isUsable) enabled.add(module.id);
    return isUsable;
  });
}

export const modules = orderModules([
  serversModule,
  agentsModule,
  executionsModule,
  approvalsModule,
  tasksModule,
  toolsModule,
  settingsModule,
]);

export interface NavigationItem extends ModuleNavigation {
  icon: ModuleDefinition['icon'];
}

export const navigationOf = (shown: readonly ModuleDefinition[]): NavigationItem[] =>
  shown
    .flatMap((module) => module.navigation.map((item) => ({ ...item, icon: module.icon })))
    .sort((a, b) => a.order - b.order);
