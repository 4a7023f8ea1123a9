import { redirect, type LoaderFunctionArgs } from '@remix-run/node';
import type { ShouldRevalidateFunction } from '@remix-run/react';
import { FaultPanel } from '#app/components/fault-page.tsx';
import { AppShellQueryDocument } from '#app/gql/session.ts';
import { openApi, signInPathFor } from '#app/lib/api/open-api.server.ts';
import { AppShell } from '#app/modules/session/app-shell.tsx';

export { seedingClientLoader as clientLoader } from '#app/lib/api/seeding-client-loader.ts';

export const loader = async (args: LoaderFunctionArgs) => {
  const api = openApi(args);
  let { viewer } = await api.query(AppShellQueryDocument, {});
  // The API may take an expired session for an anonymous visitor, who has no viewer and no error.
  if (!viewer && (await api.refresh())) ({ viewer } = await api.query(AppShellQueryDocument, {}));
  if (!viewer) throw redirect(signInPathFor(args.request));
  return { snapshot: api.snapshot() };
};

/** Who is signed in changes with a document load only. */
export const shouldRevalidate: ShouldRevalidateFunction = () => false;

export default function DashboardLayout() {
  return <AppShell />;
}

export function ErrorBoundary() {
  return (
    <AppShell>
      <FaultPanel />
    </AppShell>
  );
}
