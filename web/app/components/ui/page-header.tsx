import type { ReactNode } from 'react';
import type { Path } from '#app/lib/paths.ts';
import { Link } from './link.tsx';

export interface PageHeaderProps {
  title: string;
  /** The list this page belongs to. */
  parent?: { to: Path; label: string };
  description?: ReactNode;
  /** Chips that stand beside the title. */
  badges?: ReactNode;
  actions?: ReactNode;
}

export function PageHeader({ title, parent, description, badges, actions }: PageHeaderProps) {
  return (
    <header className="mb-6 flex flex-wrap items-start justify-between gap-x-6 gap-y-4">
      <div className="min-w-0 flex-[1_1_16rem]">
        {parent && (
          <nav aria-label="Breadcrumb" className="mb-1">
            <Link
              to={parent.to}
              prefetch="intent"
              className="text-[0.8125rem] text-muted hover:text-ink hover:underline"
            >
              {parent.label}
            </Link>
          </nav>
        )}
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
          <h1 className="line-clamp-2 text-xl font-semibold tracking-tight [overflow-wrap:anywhere]">
            {title}
          </h1>
          {badges}
        </div>
        {description && <div className="mt-1.5 max-w-[70ch] text-muted">{description}</div>}
      </div>
      {actions && <div className="flex shrink-0 flex-wrap items-center gap-2">{actions}</div>}
    </header>
  );
}
