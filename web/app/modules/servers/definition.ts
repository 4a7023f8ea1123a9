import type { ModuleDefinition } from '#app/modules/module-definition.ts';

export const serversModule: ModuleDefinition = {
  id: 'servers',
  name: 'Servers',
  version: '1.0.0',
  description: 'Connections to MCP servers and agent hosts.',
  icon: 'server',
  dependencies: [],
  routes: [
    { path: 'servers', file: 'routes/servers.tsx', skeleton: 'list' },
    { path: 'servers/new', file: 'routes/server-new.tsx', skeleton: 'form' },
    { path: 'servers/:serverId', file: 'routes/server.tsx', skeleton: 'detail' },
    { path: 'servers/:serverId/edit', file: 'routes/server-edit.tsx', skeleton: 'form' },
  ],
  navigation: [{ label: 'Servers', to: '/servers', order: 40 }],
  settings: { isConfigurable: false },
};
