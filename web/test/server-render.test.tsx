// @vitest-environment node
import { renderToString } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { useExecutionsLiveChangedSubscription } from '#app/gql/executions.ts';
import { useSessionsPageQuery, useSessionsPageRevokeMutation } from '#app/gql/settings.ts';

function Page() {
  const { data } = useSessionsPageQuery({ loaded: { sessions: [] } });
  const [, { loading }] = useSessionsPageRevokeMutation();
  useExecutionsLiveChangedSubscription();
  return <p>{data?.sessions?.length === 0 && !loading && 'As loaded'}</p>;
}

describe('a page from the server', () => {
  it('[WEB-2] shows what its loader brought, though there is no client', () => {
    expect(renderToString(<Page />)).toBe('<p>As loaded</p>');
  });

  it('[WEB-2] loads nothing of the client: only files that a browser alone has import it', () => {
    const sources = import.meta.glob<string>(
      ['../app/**/*.{ts,tsx}', '!../app/**/*.test.{ts,tsx}', '!../app/**/*.client.{ts,tsx}'],
      { query: '?raw', import: 'default', eager: true },
    );
    const importing = Object.entries(sources).filter(([, text]) =>
      /import (?!type )[^;]*'(?:@apollo|rxjs)/.test(text),
    );
    expect(Object.keys(sources).length).toBeGreaterThan(100);
    expect(importing.map(([path]) => path)).toEqual([]);
  });
});
