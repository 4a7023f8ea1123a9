import { useRouteLoaderData, useSearchParams } from '@remix-run/react';
import { Suspense, lazy, useEffect, useState } from 'react';
import { cx } from '#app/components/ui/class-names.ts';
import { Icon } from '#app/components/ui/icon.tsx';
import { Link } from '#app/components/ui/link.tsx';
import { watchSession } from '#app/lib/api/session-socket.ts';
import type { loader as rootLoader } from '#app/root.tsx';
import { EXAMPLES, operationFor, type ExampleIds } from './examples.ts';

const GraphiqlEditor = lazy(() => import('./graphiql-editor.tsx'));

const modules = [...new Set(EXAMPLES.map((example) => example.module))];

function ExampleLinks({ current }: { current: string | null }) {
  return (
    <nav aria-label="Examples" className="space-y-4">
      {modules.map((module) => (
        <div key={module}>
          <p className="mb-1 px-2 text-xs font-semibold text-muted">{module}</p>
          <ul>
            {EXAMPLES.filter((example) => example.module === module).map((example) => (
              <li key={example.id}>
                <Link
                  to={`/graphql?example=${example.id}`}
                  aria-current={example.id === current ? 'true' : undefined}
                  className={cx(
                    'block rounded-md px-2 py-1 text-[0.8125rem]',
                    example.id === current
                      ? 'bg-hover font-medium text-ink'
                      : 'text-muted hover:bg-hover hover:text-ink',
                  )}
                >
                  {example.title}
                </Link>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

const Loading = () => (
  <p role="status" className="p-8 text-muted">
    Loading the editor
  </p>
);

export function ExplorerPage({ ids }: { ids: ExampleIds }) {
  const [search] = useSearchParams();
  const theme = useRouteLoaderData<typeof rootLoader>('root')?.theme ?? 'system';
  // The editor needs a browser; the server renders the page around it.
  const [isBrowser, setIsBrowser] = useState(false);
  useEffect(() => setIsBrowser(true), []);
  useEffect(watchSession, []);
  return (
    <div className="flex h-dvh flex-col">
      <header className="flex h-13 shrink-0 items-center justify-between gap-4 border-b border-line bg-surface px-4">
        <h1 className="flex items-center gap-2.5 font-semibold tracking-tight">
          <img src="/favicon.svg" alt="" width={24} height={24} className="rounded-md" />
          API explorer
        </h1>
        <div className="flex items-center gap-4 text-[0.8125rem]">
          <a
            href="/schema.graphql"
            className="font-medium text-muted hover:text-ink hover:underline max-sm:hidden"
          >
            schema.graphql
          </a>
          <Link
            to="/"
            className="flex items-center gap-1.5 font-medium text-muted hover:text-ink hover:underline"
          >
            <Icon name="home" />
            Dashboard
          </Link>
        </div>
      </header>
      <div className="flex min-h-0 flex-1 max-md:flex-col">
        <div className="shrink-0 overflow-y-auto border-line bg-surface p-3 max-md:max-h-36 max-md:border-b md:w-60 md:border-r">
          <ExampleLinks
            current={search.get('query') ? null : (search.get('example') ?? EXAMPLES[0]?.id ?? null)}
          />
        </div>
        <main className="min-h-0 min-w-0 flex-1">
          {isBrowser ? (
            <Suspense fallback={<Loading />}>
              <GraphiqlEditor operation={operationFor(search, ids)} theme={theme} />
            </Suspense>
          ) : (
            <Loading />
          )}
        </main>
      </div>
    </div>
  );
}
