import type { InputRequestStatus } from '../../generated/prisma/enums.ts';
import { between, oneOf, reference } from '../list-filters.ts';
import { by, defineListing } from '../listing.ts';
import { inputRequestPolicy } from './input-request.policy.ts';

export const inputRequestListing = defineListing({
  policy: inputRequestPolicy,
  thing: 'question',
  things: 'questions',
  filters: {
    status: oneOf<InputRequestStatus>('status', 'By how they stand; those that wait are PENDING.'),
    agentId: reference('Agent', 'agent', 'Those that this agent has asked.'),
    executionId: reference('TaskExecution', 'execution', 'Those of this run.'),
    createdAt: between('createdAt', 'By when they were asked.'),
  },
  orders: { CREATED_AT: by('createdAt', 'instant', 'When it was asked.') },
  usually: { field: 'CREATED_AT', direction: 'DESC' },
});
