import { between, reference, textOfHistory } from '../list-filters.ts';
import { by, defineListing } from '../listing.ts';
import { auditPolicy } from './audit.policy.ts';

export const auditListing = defineListing({
  policy: auditPolicy,
  thing: 'audit entry',
  things: 'audit entries',
  filters: {
    action: textOfHistory(
      'action',
      'By the mutation, such as `agentUpdate`. What it contains or starts with has at least three letters.',
    ),
    actorId: reference('User', 'actor', 'Of this member.'),
    targetType: textOfHistory(
      'targetType',
      'By the type of what was changed, such as `Agent`. What it contains or starts with has at least three letters.',
    ),
    occurredAt: between('occurredAt', 'By when it happened.'),
  },
  orders: { NUMBER: by('number', 'integer', 'Its place in the log.') },
  usually: { field: 'NUMBER', direction: 'DESC' },
});
