import type { ModuleDefinition } from '#app/modules/module-definition.ts';

export const tasksModule: ModuleDefinition = {
  id: 'tasks',
  name: 'Tasks',
  version: '1.0.0',
  description: 'Saved prompts that can be run again.',
  icon: 'task',
  dependencies: ['agents', 'executions'],
  routes: [
    { path: 'tasks', file: 'routes/tasks.tsx', skeleton: 'list' },
    { path: 'tasks/new', file: 'routes/task-new.tsx', skeleton: 'form' },
    { path: 'tasks/:taskId', file: 'routes/task.tsx', skeleton: 'detail' },
    { path: 'tasks/:taskId/edit', file: 'routes/task-edit.tsx', skeleton: 'form' },
  ],
  navigation: [{ label: 'Tasks', to: '/tasks', order: 30 }],
  settings: { isConfigurable: true },
};
