import { definePolicy, ofOrganization } from '../policy.ts';

export const taskPolicy = definePolicy({
  noun: 'Task',
  rows: ofOrganization,
  rowsInWords: 'tasks of the own organization',
  fields: {
    id: 'VIEWER',
    title: 'VIEWER',
    prompt: 'VIEWER',
    variables: 'VIEWER',
    agent: 'VIEWER',
    mode: 'VIEWER',
    status: 'VIEWER',
    priority: 'VIEWER',
    scheduledAt: 'VIEWER',
    cron: 'VIEWER',
    timeZone: 'VIEWER',
    onUnknownOutcome: 'VIEWER',
    executions: 'VIEWER',
    createdBy: 'VIEWER',
    createdAt: 'VIEWER',
    updatedAt: 'VIEWER',
    archivedAt: 'VIEWER',
    viewerCan: 'VIEWER',
  },
  columns: { state: 'status' },
  actions: { create: 'OPERATOR', update: 'OPERATOR', run: 'OPERATOR', delete: 'MANAGER' },
});
