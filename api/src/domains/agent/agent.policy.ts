import { definePolicy, ofOrganization } from '../policy.ts';

export const agentPolicy = definePolicy({
  noun: 'Agent',
  rows: ofOrganization,
  rowsInWords: 'agents of the own organization',
  fields: {
    // A USER talks to agents, and needs no more than this for it.
    id: 'USER',
    name: 'USER',
    description: 'USER',
    role: 'USER',
    status: 'USER',
    isSimulated: 'USER',
    viewerCan: 'USER',
    executions: 'USER',
    statusReason: 'VIEWER',
    supervisor: 'VIEWER',
    reports: 'VIEWER',
    server: 'VIEWER',
    modelProvider: 'VIEWER',
    model: 'VIEWER',
    capabilities: 'VIEWER',
    maxConcurrency: 'VIEWER',
    maxSteps: 'VIEWER',
    maxDurationMs: 'VIEWER',
    maxTokens: 'VIEWER',
    revision: 'VIEWER',
    revisions: 'VIEWER',
    permissions: 'VIEWER',
    createdAt: 'VIEWER',
    updatedAt: 'VIEWER',
    archivedAt: 'VIEWER',
    systemPrompt: 'OPERATOR',
    workspacePath: 'OPERATOR',
  },
  columns: { state: 'status', stateReason: 'statusReason' },
  actions: {
    create: 'MANAGER',
    update: 'MANAGER',
    delete: 'MANAGER',
    validate: 'MANAGER',
    activate: 'MANAGER',
    run: 'OPERATOR',
  },
});

export const agentRevisionPolicy = definePolicy({
  noun: 'AgentRevision',
  rows: ofOrganization,
  rowsInWords: 'revisions of the agents of the own organization',
  fields: {
    id: 'VIEWER',
    number: 'VIEWER',
    note: 'VIEWER',
    createdBy: 'VIEWER',
    createdAt: 'VIEWER',
    // It holds the system prompt.
    snapshot: 'OPERATOR',
  },
  actions: {},
});
