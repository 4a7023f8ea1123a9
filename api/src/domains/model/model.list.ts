import type { ModelProviderKind } from '../../generated/prisma/enums.ts';
import { oneOf, text } from '../list-filters.ts';
import { by, defineListing } from '../listing.ts';
import { modelProviderPolicy } from './model.policy.ts';

export const modelProviderListing = defineListing({
  policy: modelProviderPolicy,
  thing: 'model provider',
  things: 'model providers',
  filters: {
    name: text('name', 'Conditions on the name of the model provider.'),
    kind: oneOf<ModelProviderKind>('kind', 'By how they are talked to.'),
  },
  orders: {
    CREATED_AT: by('createdAt', 'instant', 'When it was created.'),
    NAME: by('name', 'text', 'By the name of the model provider, in the order of the alphabet.'),
  },
  usually: { field: 'CREATED_AT', direction: 'DESC' },
});
