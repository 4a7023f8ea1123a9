import type { ModuleDefinition } from '#app/modules/module-definition.ts';

export const toolsModule: ModuleDefinition = {
  id: 'tools',
  name: 'Tools',
  version: '1.0.0',
  description: 'The catalogue of tools found on the servers.',
  icon: 'tool',
  dependencies: ['servers'],
  routes: [{ path: 'tools', file: 'routes/tools.tsx', skeleton: 'list' }],
  navigation: [{ label: 'Tools', to: '/tools', order: 50 }],
  settings: { isConfigurable: true },
};
