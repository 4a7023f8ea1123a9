import { NavLink } from '@remix-run/react';
import { cx } from './class-names.ts';

export interface LinkTab {
  to: string;
  label: string;
}

/** Views that have an address of their own. */
export function LinkTabs({ label, items }: { label: string; items: LinkTab[] }) {
  return (
    <nav aria-label={label} className="mb-6 flex gap-5 overflow-x-auto border-b border-line">
      {items.map((item) => (
        <NavLink
          key={item.to}
          to={item.to}
          end
          prefetch="intent"
          className={({ isActive }) =>
            cx(
              'flex h-10 items-center border-b-2 font-medium whitespace-nowrap',
              isActive ? 'border-accent text-ink' : 'border-transparent text-muted hover:text-ink',
            )
          }
        >
          {item.label}
        </NavLink>
      ))}
    </nav>
  );
}
