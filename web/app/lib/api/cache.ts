import { InMemoryCache, type NormalizedCacheObject } from '@apollo/client';
import { possibleTypes } from '#app/gql/possible-types.ts';
import { typePolicies } from '#app/gql/type-policies.ts';

/** What a loader hands to the page: the normalised results of its queries. */
export type CacheSnapshot = NormalizedCacheObject;

export const createCache = (): InMemoryCache => new InMemoryCache({ possibleTypes, typePolicies });

/** Later snapshots win field by field, as the cache itself would merge two results. */
export function mergeSnapshots(snapshots: CacheSnapshot[]): CacheSnapshot {
  const merged: CacheSnapshot = {};
  for (const snapshot of snapshots) {
    for (const [id, fields] of Object.entries(snapshot)) merged[id] = { ...merged[id], ...fields };
  }
  return merged;
}
