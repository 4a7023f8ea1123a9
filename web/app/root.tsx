import type { LinksFunction, LoaderFunctionArgs, MetaFunction } from '@remix-run/node';
import {
  Links,
  Meta,
  Outlet,
  Scripts,
  ScrollRestoration,
  useFetchers,
  useRouteLoaderData,
  type ShouldRevalidateFunction,
} from '@remix-run/react';
import type { ReactNode } from 'react';
import { FaultPage } from './components/fault-page.tsx';
import { useNonce } from './lib/nonce.ts';
import { parseTheme, readThemeCookie } from './lib/theme.ts';
import styles from './styles.css?url';

export const links: LinksFunction = () => [
  { rel: 'stylesheet', href: styles },
  { rel: 'icon', href: '/favicon.svg', type: 'image/svg+xml' },
];

export const meta: MetaFunction = () => [{ title: 'MCP Agent Studio' }];

export const loader = ({ request }: LoaderFunctionArgs) => ({
  theme: readThemeCookie(request.headers.get('cookie')),
});

export const shouldRevalidate: ShouldRevalidateFunction = ({ formAction }) => formAction === '/theme';

export function Layout({ children }: { children: ReactNode }) {
  const nonce = useNonce();
  const stored = useRouteLoaderData<typeof loader>('root')?.theme;
  const chosen = useFetchers()
    .find((fetcher) => fetcher.formAction === '/theme')
    ?.formData?.get('theme');
  const theme = chosen ? parseTheme(chosen) : (stored ?? 'system');
  return (
    <html lang="en" data-theme={theme}>
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content={theme === 'system' ? 'light dark' : theme} />
        <Meta />
        <Links />
      </head>
      <body>
        {children}
        <ScrollRestoration nonce={nonce} />
        <Scripts nonce={nonce} />
      </body>
    </html>
  );
}

export default function App() {
  return <Outlet />;
}

export function ErrorBoundary() {
  return <FaultPage />;
}
