import type { ModuleDefinition } from '#app/modules/module-definition.ts';

export const executionsModule: ModuleDefinition = {
  id: 'executions',
  name: 'Executions',
  version: '1.0.0',
  description: 'Every run with its live timeline.',
  icon: 'execution',
  dependencies: ['agents'],
  routes: [
    { path: 'executions', file: 'routes/executions.tsx', skeleton: 'list' },
    { path: 'executions/:executionId', file: 'routes/execution.tsx', skeleton: 'detail' },
  ],
  navigation: [{ label: 'Executions', to: '/executions', order: 10 }],
  settings: { isConfigurable: false },
};
