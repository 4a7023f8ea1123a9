import type { ModuleDefinition } from '#app/modules/module-definition.ts';

export const agentsModule: ModuleDefinition = {
  id: 'agents',
  name: 'Agents',
  version: '1.0.0',
  description: 'Who does the work, with which tools and limits.',
  icon: 'agent',
  dependencies: ['servers'],
  routes: [
    { path: 'agents', file: 'routes/agents.tsx', skeleton: 'list' },
    { path: 'agents/new', file: 'routes/agent-new.tsx', skeleton: 'form' },
    { path: 'agents/:agentId', file: 'routes/agent.tsx', skeleton: 'detail' },
    { path: 'agents/:agentId/edit', file: 'routes/agent-edit.tsx', skeleton: 'form' },
    { path: 'agents/:agentId/tools/:serverToolId', file: 'routes/agent-permission.tsx', skeleton: 'form' },
  ],
  navigation: [{ label: 'Agents', to: '/agents', order: 20 }],
  settings: { isConfigurable: false },
};
