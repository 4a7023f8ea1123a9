import { ApolloClient, ApolloLink, Observable } from '@apollo/client';
import { ApolloProvider } from '@apollo/client/react';
import { createRemixStub } from '@remix-run/testing';
import { render, type RenderResult } from '@testing-library/react';
import type { ReactElement } from 'react';
import { createCache } from '#app/lib/api/cache.client.ts';
import { partialResults } from '#app/lib/api/partial-results.ts';

export interface RenderedPage extends RenderResult {
  client: ApolloClient;
  /** Delivers a value to every open subscription. */
  publish: (data: Record<string, unknown>) => void;
}

/** A page as it stands after its loader has run: what was loaded is among its props, and only subscriptions reach the link. */
export function renderPage(page: ReactElement, url = '/'): RenderedPage {
  const observers = new Set<(data: Record<string, unknown>) => void>();
  const client = new ApolloClient({
    cache: createCache(),
    defaultOptions: partialResults,
    link: new ApolloLink(
      () =>
        new Observable((observer) => {
          const send = (value: Record<string, unknown>): void => observer.next({ data: value });
          observers.add(send);
          return () => observers.delete(send);
        }),
    ),
  });
  const Stub = createRemixStub([
    {
      path: '*',
      Component: () => <ApolloProvider client={client}>{page}</ApolloProvider>,
    },
  ]);
  const view = render(<Stub initialEntries={[url]} future={{ v3_singleFetch: true }} />);
  return {
    ...view,
    client,
    publish: (value) => {
      for (const send of observers) send(value);
    },
  };
}
