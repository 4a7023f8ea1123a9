import { Form, matchPath, Outlet, useLocation, useNavigation } from '@remix-run/react';
import { useEffect, type ReactNode } from 'react';
import { ThemeSwitch } from '#app/components/theme-switch.tsx';
import { IconButton } from '#app/components/ui/button.tsx';
import { Icon } from '#app/components/ui/icon.tsx';
import type { IconName } from '#app/components/ui/icon-names.ts';
import { Link } from '#app/components/ui/link.tsx';
import { PageSkeleton, type SkeletonShape } from '#app/components/ui/skeleton.tsx';
import type { AppShellQuery } from '#app/gql/session.ts';
import { watchSession } from '#app/lib/api/session-socket.ts';
import { sentenceCase } from '#app/lib/format.ts';
import { usePendingPath } from '#app/lib/pending-navigation.ts';
import type { Path } from '#app/lib/paths.ts';
import { modules, navigationOf } from '#app/modules/registry.ts';

const navigation = navigationOf(modules);

function skeletonFor(path: string): SkeletonShape {
  const routes = modules.flatMap((module) => module.routes);
  return routes.find((route) => matchPath(`/${route.path}`, path))?.skeleton ?? 'detail';
}

function NavItem({ to, icon, children }: { to: Path; icon: IconName; children: ReactNode }) {
  const { pathname } = useLocation();
  const isCurrent = pathname === to || (to !== '/' && pathname.startsWith(`${to}/`));
  return (
    <li>
      <Link to={to} prefetch="intent" aria-current={isCurrent ? 'page' : undefined} className="nav-item">
        <Icon name={icon} />
        {children}
      </Link>
    </li>
  );
}

function Navigation() {
  return (
    <nav aria-label="Main">
      <ul className="space-y-0.5">
        <NavItem to="/" icon="home">
          Home
        </NavItem>
        {navigation.map((item) => (
          <NavItem key={item.to} to={item.to} icon={item.icon}>
            {item.label}
          </NavItem>
        ))}
        <NavItem to="/graphql" icon="explorer">
          API explorer
        </NavItem>
      </ul>
    </nav>
  );
}

function Brand() {
  return (
    <Link to="/" className="brand">
      <img src="/favicon.svg" alt="" width={24} height={24} className="rounded-md" />
      Agent Studio
    </Link>
  );
}

type Viewer = AppShellQuery['viewer'] | undefined;

function Account({ viewer }: { viewer: Viewer }) {
  return (
    <div className="space-y-3">
      <ThemeSwitch />
      <div className="flex items-center gap-2">
        <div className="min-w-0 flex-1">
          <p className="truncate font-medium">{viewer?.name ?? 'Signed in'}</p>
          <p className="truncate text-xs text-muted">
            {[viewer?.organization?.name, viewer?.role && sentenceCase(viewer.role)]
              .filter(Boolean)
              .join(' · ')}
          </p>
        </div>
        <Form method="post" action="/sign-out" reloadDocument>
          <IconButton type="submit" icon="signOut" label="Sign out" />
        </Form>
      </div>
    </div>
  );
}

function ProgressBar() {
  const isBusy = useNavigation().state !== 'idle';
  if (!isBusy) return null;
  return (
    <div aria-hidden="true" className="fixed inset-x-0 top-0 z-50 h-0.5 overflow-hidden">
      <div className="h-full w-1/4 animate-travel bg-accent" />
    </div>
  );
}

export interface AppShellProps {
  viewer: Viewer;
  /** Instead of the page of the route. */
  children?: ReactNode;
}

export function AppShell({ viewer, children = <Outlet /> }: AppShellProps) {
  const location = useLocation();
  const pendingPath = usePendingPath();
  useEffect(watchSession, []);
  return (
    <div className="min-h-dvh lg:grid lg:grid-cols-[14.5rem_minmax(0,1fr)]">
      <a
        href="#content"
        className="sr-only z-50 rounded-md bg-accent px-3 py-2 font-medium text-accent-ink focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        Skip to content
      </a>
      <ProgressBar />
      <aside className="sticky top-0 hidden h-dvh flex-col gap-6 overflow-y-auto border-r border-line bg-surface p-3 lg:flex">
        <div className="px-2 pt-2">
          <Brand />
        </div>
        <div className="flex-1">
          <Navigation />
        </div>
        <Account viewer={viewer} />
      </aside>
      <header className="sticky top-0 z-30 border-b border-line bg-surface lg:hidden">
        {/* A new key closes it after a navigation; without JavaScript the next page starts closed anyway. */}
        <details key={location.key} className="group">
          <summary className="flex h-13 items-center justify-between px-4">
            <span className="brand">
              <img src="/favicon.svg" alt="" width={24} height={24} className="rounded-md" />
              Agent Studio
            </span>
            <span className="flex h-8 items-center gap-2 rounded-md border border-line px-3 font-medium">
              Menu
              <Icon name="arrow" className="size-3.5 rotate-90 transition-transform group-open:-rotate-90" />
            </span>
          </summary>
          <div className="max-h-[calc(100dvh-3.25rem)] space-y-4 overflow-y-auto border-t border-line p-3">
            <Navigation />
            <Account viewer={viewer} />
          </div>
        </details>
      </header>
      <main
        id="content"
        tabIndex={-1}
        className="mx-auto w-full max-w-[110rem] min-w-0 p-4 outline-none sm:p-6 lg:p-8"
      >
        {pendingPath ? <PageSkeleton shape={skeletonFor(pendingPath)} /> : children}
      </main>
    </div>
  );
}
