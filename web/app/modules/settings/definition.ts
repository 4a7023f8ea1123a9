import type { ModuleDefinition } from '#app/modules/module-definition.ts';

export const settingsModule: ModuleDefinition = {
  id: 'settings',
  name: 'Settings',
  version: '1.0.0',
  description: 'Profile, sessions and model providers.',
  icon: 'settings',
  dependencies: [],
  routes: [
    { path: 'settings', file: 'routes/settings-profile.tsx', skeleton: 'form' },
    { path: 'settings/sessions', file: 'routes/settings-sessions.tsx', skeleton: 'list' },
    { path: 'settings/model-providers', file: 'routes/settings-model-providers.tsx', skeleton: 'list' },
    {
      path: 'settings/model-providers/new',
      file: 'routes/settings-model-provider-new.tsx',
      skeleton: 'form',
    },
    {
      path: 'settings/model-providers/:modelProviderId/edit',
      file: 'routes/settings-model-provider-edit.tsx',
      skeleton: 'form',
    },
  ],
  navigation: [{ label: 'Settings', to: '/settings', order: 90 }],
  settings: { isConfigurable: false },
};
