import { InMemoryCache, type NormalizedCacheObject } from '@apollo/client';
import { possibleTypes } from '#app/gql/possible-types.ts';

/** What a loader hands to the page: the normalised results of its queries. */
export type CacheSnapshot = NormalizedCacheObject;

// Two pages may ask different fields of the same connection of the same object; replacing one by the other would lose data.
const mergedConnection = { keyFields: false, merge: true } as const;

export const createCache = (): InMemoryCache =>
  new InMemoryCache({
    possibleTypes,
    typePolicies: {
      AgentConnection: mergedConnection,
      ModelProviderConnection: mergedConnection,
      ServerConfigurationConnection: mergedConnection,
      ServerToolConnection: mergedConnection,
      TaskConnection: mergedConnection,
      TaskExecutionConnection: mergedConnection,
      ToolDefinitionConnection: mergedConnection,
    },
  });

/** Later snapshots win field by field, as the cache itself would merge two results. */
export function mergeSnapshots(snapshots: CacheSnapshot[]): CacheSnapshot {
  const merged: CacheSnapshot = {};
  for (const snapshot of snapshots) {
    for (const [id, fields] of Object.entries(snapshot)) merged[id] = { ...merged[id], ...fields };
  }
  return merged;
}
