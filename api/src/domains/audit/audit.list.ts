import { between, by, defineListing, reference, text } from '../listing.ts';
import { auditPolicy } from './audit.policy.ts';

export const auditListing = defineListing({
  policy: auditPolicy,
  thing: 'audit entry',
  things: 'audit entries',
  filters: {
    action: text('action', 'By the mutation, such as `agentUpdate`.'),
    actorId: reference('User', 'actor', 'Of this member.'),
    targetType: text('targetType', 'By the type of what was changed, such as `Agent`.'),
    occurredAt: between('occurredAt', 'By when it happened.'),
  },
  orders: { NUMBER: by('number', 'integer', 'Its place in the log.') },
  usually: { field: 'NUMBER', direction: 'DESC' },
});
