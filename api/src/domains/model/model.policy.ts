import { definePolicy, ofOrganization } from '../policy.ts';

export const modelProviderPolicy = definePolicy({
  noun: 'ModelProvider',
  rows: ofOrganization,
  rowsInWords: 'model providers of the own organization',
  fields: {
    id: 'VIEWER',
    name: 'VIEWER',
    kind: 'VIEWER',
    defaultModel: 'VIEWER',
    isSimulated: 'VIEWER',
    hasApiKey: 'VIEWER',
    createdAt: 'VIEWER',
    updatedAt: 'VIEWER',
    viewerCan: 'VIEWER',
    apiKeyHint: 'MANAGER',
    baseUrl: 'MANAGER',
    inputTokenPrice: 'MANAGER',
    outputTokenPrice: 'MANAGER',
  },
  actions: { create: 'ADMIN', update: 'ADMIN', delete: 'ADMIN' },
});
