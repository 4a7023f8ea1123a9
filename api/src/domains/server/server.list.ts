import type { ServerProtocol, ServerStatus } from '../../generated/prisma/enums.ts';
import { includeArchived, oneOf, text } from '../list-filters.ts';
import { by, defineListing } from '../listing.ts';
import { serverPolicy } from './server.policy.ts';

export const serverListing = defineListing({
  policy: serverPolicy,
  thing: 'server',
  things: 'servers',
  filters: {
    name: text('name', 'Conditions on the name of the server.'),
    protocol: oneOf<ServerProtocol>('protocol', 'By what they speak.'),
    status: oneOf<ServerStatus>('status', 'By how they were found.'),
    includeArchived,
  },
  orders: {
    CREATED_AT: by('createdAt', 'instant', 'When it was created.'),
    NAME: by('name', 'text', 'By the name of the server, in the order of the alphabet.'),
  },
  usually: { field: 'CREATED_AT', direction: 'DESC' },
});
