import type { ModuleDefinition } from '#app/modules/module-definition.ts';

export const approvalsModule: ModuleDefinition = {
  id: 'approvals',
  name: 'Approvals',
  version: '1.0.0',
  description: 'Tool calls that wait for a person.',
  icon: 'hand',
  dependencies: ['agents', 'executions'],
  routes: [
    { path: 'approvals', file: 'routes/approvals.tsx', skeleton: 'list' },
    { path: 'approvals/:approvalId', file: 'routes/approval.tsx', skeleton: 'detail' },
  ],
  navigation: [{ label: 'Approvals', to: '/approvals', order: 25 }],
  settings: { isConfigurable: false },
};
