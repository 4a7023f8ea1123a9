import type { LoaderFunctionArgs } from '@remix-run/node';
import { useLoaderData, useRouteLoaderData, type ShouldRevalidateFunction } from '@remix-run/react';
import { FaultPanel } from '#app/components/fault-page.tsx';
import { loadViewer } from '#app/lib/api/viewer.server.ts';
import { AppShell } from '#app/modules/session/app-shell.tsx';

export const loader = async (args: LoaderFunctionArgs) => ({ viewer: await loadViewer(args) });

/** Who is signed in changes with a document load only. */
export const shouldRevalidate: ShouldRevalidateFunction = () => false;

export default function DashboardLayout() {
  return <AppShell viewer={useLoaderData<typeof loader>().viewer} />;
}

export function ErrorBoundary() {
  // There is none where this loader is what failed.
  const viewer = useRouteLoaderData<typeof loader>('routes/dashboard')?.viewer;
  return (
    <AppShell viewer={viewer}>
      <FaultPanel />
    </AppShell>
  );
}
