import { definePolicy, ofOrganization } from '../policy.ts';

export const auditPolicy = definePolicy({
  noun: 'AuditEntry',
  rows: ofOrganization,
  rowsInWords: 'audit entries of the own organization',
  fields: {
    id: 'ADMIN',
    number: 'ADMIN',
    occurredAt: 'ADMIN',
    action: 'ADMIN',
    outcome: 'ADMIN',
    actor: 'ADMIN',
    via: 'ADMIN',
    targetType: 'ADMIN',
    targetId: 'ADMIN',
    changes: 'ADMIN',
    address: 'ADMIN',
    requestId: 'ADMIN',
  },
  actions: { verify: 'ADMIN' },
});
