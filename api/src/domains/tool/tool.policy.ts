import { definePolicy, ofOrganization } from '../policy.ts';

export const toolDefinitionPolicy = definePolicy({
  noun: 'ToolDefinition',
  rows: ofOrganization,
  rowsInWords: 'tools of the own organization',
  fields: {
    id: 'VIEWER',
    kind: 'VIEWER',
    name: 'VIEWER',
    title: 'VIEWER',
    description: 'VIEWER',
    category: 'VIEWER',
    inputSchema: 'VIEWER',
    annotations: 'VIEWER',
    server: 'VIEWER',
    createdAt: 'VIEWER',
    viewerCan: 'VIEWER',
  },
  actions: {},
});

export const serverToolPolicy = definePolicy({
  noun: 'ServerTool',
  rows: ofOrganization,
  rowsInWords: 'tools on the servers of the own organization',
  fields: {
    id: 'VIEWER',
    server: 'VIEWER',
    tool: 'VIEWER',
    status: 'VIEWER',
    statusReason: 'VIEWER',
    version: 'VIEWER',
    pinnedHash: 'VIEWER',
    pinnedDefinition: 'VIEWER',
    seenHash: 'VIEWER',
    seenDefinition: 'VIEWER',
    isReadOnly: 'VIEWER',
    isIdempotent: 'VIEWER',
    lastSeenAt: 'VIEWER',
    createdAt: 'VIEWER',
    viewerCan: 'VIEWER',
  },
  actions: { validate: 'MANAGER' },
});

export const toolPermissionPolicy = definePolicy({
  noun: 'AgentToolPermission',
  rows: ofOrganization,
  rowsInWords: 'tool permissions of the agents of the own organization',
  fields: {
    id: 'VIEWER',
    agent: 'VIEWER',
    tool: 'VIEWER',
    effect: 'VIEWER',
    allowedPatterns: 'VIEWER',
    blockedPatterns: 'VIEWER',
    callsPerHour: 'VIEWER',
    expiresAt: 'VIEWER',
    reason: 'VIEWER',
    grantedBy: 'VIEWER',
    createdAt: 'VIEWER',
    updatedAt: 'VIEWER',
    viewerCan: 'VIEWER',
  },
  actions: { grant: 'MANAGER', revoke: 'MANAGER' },
});
