import type { IconName } from '#app/components/ui/icon-names.ts';
import type { SkeletonShape } from '#app/components/ui/skeleton.tsx';
import type { Path } from '#app/lib/paths.ts';

export interface ModuleRoute {
  /** Under the root of the dashboard, in the syntax of the router. */
  path: string;
  /** Relative to `app/`. */
  file: string;
  skeleton: SkeletonShape;
}

export interface ModuleNavigation {
  label: string;
  to: Path;
  /** Ascending in the sidebar. */
  order: number;
}

/** Plain data that a server may load: no component, no effect, nothing from a browser. */
export interface ModuleDefinition {
  id: string;
  name: string;
  version: string;
  description: string;
  icon: IconName;
  /** Ids of modules without which this one makes no sense. */
  dependencies: readonly string[];
  routes: readonly ModuleRoute[];
  navigation: readonly ModuleNavigation[];
  settings: {
    /** An organization may switch it off. */
    isConfigurable: boolean;
  };
}
