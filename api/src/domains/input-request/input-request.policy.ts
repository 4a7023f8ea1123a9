import { definePolicy, ofOrganization } from '../policy.ts';

export const inputRequestPolicy = definePolicy({
  noun: 'InputRequest',
  rows: ofOrganization,
  rowsInWords: 'questions of the agents of the own organization',
  fields: {
    id: 'VIEWER',
    execution: 'VIEWER',
    agent: 'VIEWER',
    callId: 'VIEWER',
    question: 'VIEWER',
    schema: 'VIEWER',
    status: 'VIEWER',
    answer: 'VIEWER',
    resolvedBy: 'VIEWER',
    createdAt: 'VIEWER',
    expiresAt: 'VIEWER',
    resolvedAt: 'VIEWER',
    viewerCan: 'VIEWER',
  },
  actions: { resolve: 'OPERATOR' },
});
