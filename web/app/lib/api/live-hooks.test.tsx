import { ApolloClient, ApolloLink } from '@apollo/client';
import { ApolloProvider } from '@apollo/client/react';
import { act, renderHook, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { describe, expect, it } from 'vitest';
import { useProfilePageQuery, type ProfilePageQuery } from '#app/gql/settings.ts';
import { createCache } from './cache.client.ts';
import { partialResults } from './partial-results.ts';

const profile = (name: string): ProfilePageQuery => ({
  viewer: {
    __typename: 'User',
    id: 'u',
    name,
    email: 'a@example.com',
    role: 'ADMIN',
    createdAt: '2030-01-01T00:00:00.000Z',
    organization: null,
  },
});

function openBrowser() {
  // No operation is answered: what is shown comes from what was loaded.
  const client = new ApolloClient({
    cache: createCache(),
    link: ApolloLink.empty(),
    defaultOptions: partialResults,
  });
  const wrapper = ({ children }: { children: ReactNode }) => (
    <ApolloProvider client={client}>{children}</ApolloProvider>
  );
  const rename = (name: string) =>
    act(() => void client.cache.modify({ id: 'User:u', fields: { name: () => name } }));
  return { wrapper, rename };
}

describe('a query of a page', () => {
  it('[WEB-3] shows what was loaded in its first render, and what becomes of it', async () => {
    const { wrapper, rename } = openBrowser();
    const names: (string | undefined)[] = [];
    const loaded = profile('Loaded');
    renderHook(() => names.push(useProfilePageQuery({ loaded }).data?.viewer?.name), { wrapper });
    expect(names[0]).toBe('Loaded');
    rename('Changed');
    await waitFor(() => expect(names.at(-1)).toBe('Changed'));
  });

  it('[WEB-3] shows at once what a loader brings later, also where else it is shown', async () => {
    const { wrapper } = openBrowser();
    const first = profile('Before');
    const elsewhere = renderHook(() => useProfilePageQuery({ loaded: first }), { wrapper });
    const page = renderHook(({ loaded }) => useProfilePageQuery({ loaded }), {
      wrapper,
      initialProps: { loaded: first },
    });
    page.rerender({ loaded: profile('After') });
    for (const { result } of [page, elsewhere]) {
      await waitFor(() => expect(result.current.data?.viewer?.name).toBe('After'));
    }
  });

  it('[WEB-3] keeps what it has heard since, when the page is shown anew with the same data', () => {
    const { wrapper, rename } = openBrowser();
    const loaded = profile('Loaded');
    renderHook(() => useProfilePageQuery({ loaded }), { wrapper }).unmount();
    rename('Changed');
    const { result } = renderHook(() => useProfilePageQuery({ loaded }), { wrapper });
    expect(result.current.data?.viewer?.name).toBe('Changed');
  });
});
