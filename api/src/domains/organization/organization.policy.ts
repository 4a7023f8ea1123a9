import { definePolicy } from '../policy.ts';

export const organizationPolicy = definePolicy({
  noun: 'Organization',
  rows: (viewer) => ({ id: viewer.organizationId }),
  rowsInWords: 'the own organization',
  fields: { id: 'USER', name: 'USER', plan: 'VIEWER', createdAt: 'VIEWER', viewerCan: 'USER' },
  actions: { update: 'ADMIN' },
});
