import { definePolicy, ofOrganization } from '../policy.ts';

export const userPolicy = definePolicy({
  noun: 'User',
  rows: (viewer) =>
    viewer.role === 'USER'
      ? { organizationId: viewer.organizationId, id: viewer.userId }
      : ofOrganization(viewer),
  rowsInWords: 'members of the own organization; for a USER only itself',
  fields: {
    id: 'USER',
    name: 'USER',
    email: 'USER',
    role: 'USER',
    createdAt: 'USER',
    organization: 'USER',
    viewerCan: 'USER',
  },
  actions: { update: 'ADMIN', delete: 'ADMIN', grant: 'ADMIN' },
});

export const sessionPolicy = definePolicy({
  noun: 'Session',
  rows: (viewer) => ({ organizationId: viewer.organizationId, userId: viewer.userId }),
  rowsInWords: 'the own sessions',
  fields: {
    id: 'USER',
    userAgent: 'USER',
    address: 'USER',
    createdAt: 'USER',
    lastUsedAt: 'USER',
    expiresAt: 'USER',
    isCurrent: 'USER',
    viewerCan: 'USER',
  },
  actions: { revoke: 'USER' },
});
