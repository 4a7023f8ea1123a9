import { InMemoryCache } from '@apollo/client';
import { possibleTypes } from '#app/gql/possible-types.ts';
import { typePolicies } from '#app/gql/type-policies.ts';

export const createCache = (): InMemoryCache => new InMemoryCache({ possibleTypes, typePolicies });
