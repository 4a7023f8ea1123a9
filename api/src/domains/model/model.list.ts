import type { ModelProviderKind } from '../../generated/prisma/enums.ts';
import { by, defineListing, oneOf, text } from '../listing.ts';
import { modelProviderPolicy } from './model.policy.ts';

export const modelProviderListing = defineListing({
  policy: modelProviderPolicy,
  thing: 'model provider',
  things: 'model providers',
  filters: {
    name: text('name', 'By name.'),
    kind: oneOf<ModelProviderKind>('kind', 'By how they are talked to.'),
  },
  orders: {
    CREATED_AT: by('createdAt', 'instant', 'When it was created.'),
    NAME: by('name', 'text', 'Its name.'),
  },
  usually: { field: 'CREATED_AT', direction: 'DESC' },
});
