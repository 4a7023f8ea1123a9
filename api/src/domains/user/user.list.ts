import type { UserRole } from '../../generated/prisma/enums.ts';
import { oneOf, text } from '../list-filters.ts';
import { by, defineListing } from '../listing.ts';
import { userPolicy } from './user.policy.ts';

export const userListing = defineListing({
  policy: userPolicy,
  thing: 'member',
  things: 'members',
  filters: {
    name: text('name', 'Conditions on the display name.'),
    role: oneOf<UserRole>('role', 'By what they may do.'),
  },
  orders: {
    CREATED_AT: by('createdAt', 'instant', 'When the user joined.'),
    NAME: by('name', 'text', 'By the display name, in the order of the alphabet.'),
  },
  usually: { field: 'CREATED_AT', direction: 'DESC' },
});
