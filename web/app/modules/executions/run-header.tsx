import type { ReactNode } from 'react';
import { Link } from '#app/components/ui/link.tsx';

export interface RunHeaderProps {
  title: string;
  /** Chips that stand beside the title. */
  badges: ReactNode;
  actions: ReactNode;
}

/**
 * Stays in view while the log scrolls: whoever watches a run must see which one it is and where it stands, and be able to
 * stop it. Below `lg` it sticks under the bar of the dashboard, which is 3.25rem high.
 */
export function RunHeader({ title, badges, actions }: RunHeaderProps) {
  return (
    <>
      <nav aria-label="Breadcrumb">
        <Link
          to="/executions"
          prefetch="intent"
          className="text-[0.8125rem] text-muted hover:text-ink hover:underline"
        >
          Executions
        </Link>
      </nav>
      <header className="sticky top-13 z-20 -mx-4 mb-4 flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line bg-canvas px-4 py-2.5 sm:-mx-6 sm:px-6 lg:top-0 lg:-mx-8 lg:px-8">
        <h1
          title={title}
          className="min-w-0 flex-[1_1_14rem] truncate text-base font-semibold tracking-tight sm:text-lg"
        >
          {title}
        </h1>
        <div className="flex min-w-0 items-center justify-between gap-2 max-sm:w-full">
          <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">{badges}</div>
          <div className="flex shrink-0 items-center gap-2">{actions}</div>
        </div>
      </header>
    </>
  );
}
