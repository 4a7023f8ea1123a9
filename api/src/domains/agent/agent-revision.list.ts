import { between } from '../list-filters.ts';
import { by, defineListing } from '../listing.ts';
import { agentRevisionPolicy } from './agent.policy.ts';

export const agentRevisionListing = defineListing({
  policy: agentRevisionPolicy,
  thing: 'revision of an agent',
  things: 'revisions',
  filters: { createdAt: between('createdAt', 'By the time at which they were made.') },
  orders: { NUMBER: by('number', 'integer', 'By the number of the revision.') },
  usually: { field: 'NUMBER', direction: 'DESC' },
});
