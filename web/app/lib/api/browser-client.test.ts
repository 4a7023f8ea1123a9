import { describe, expect, it, vi } from 'vitest';
import { AppShellQueryDocument, type AppShellQuery } from '#app/gql/session.ts';
import { createRenderClient, seedCache } from './browser-client.ts';
import { createCache, type CacheSnapshot } from './cache.ts';

const shell = (name: string): AppShellQuery => ({
  viewer: { __typename: 'User', id: 'u', name, email: 'a@example.com', role: 'ADMIN', organization: null },
});

const snapshotOf = (data: AppShellQuery): CacheSnapshot =>
  createCache()
    .restore({})
    .batch({
      update(cache) {
        cache.writeQuery({ query: AppShellQueryDocument, data });
        return cache.extract() as CacheSnapshot;
      },
    });

describe('the cache of the browser', () => {
  it('[WEB-3] shows at once what a loader brings later, to the hooks that watch it', () => {
    const client = createRenderClient(snapshotOf(shell('Before')));
    const seen = vi.fn();
    client.cache.watch({
      query: AppShellQueryDocument,
      optimistic: true,
      callback: ({ result }) => seen(result?.viewer?.name),
    });
    seedCache(client, snapshotOf(shell('After')));
    expect(seen).toHaveBeenLastCalledWith('After');
  });

  it('[WEB-3] keeps fields that the new snapshot does not speak of', () => {
    const client = createRenderClient({ 'Agent:1': { __typename: 'Agent', id: '1', name: 'Writer' } });
    seedCache(client, { 'Agent:1': { __typename: 'Agent', id: '1', status: 'BUSY' } });
    expect(client.cache.extract()).toMatchObject({ 'Agent:1': { name: 'Writer', status: 'BUSY' } });
  });
});
