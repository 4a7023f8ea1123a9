import { useLocation } from '@remix-run/react';
import type { Path } from '#app/lib/paths.ts';
import { Link } from './link.tsx';

export interface FilterLinksProps {
  label: string;
  /** The search parameter that the links set. */
  name: string;
  value: string | null;
  options: { value: string | null; label: string }[];
}

export function FilterLinks({ label, name, value, options }: FilterLinksProps) {
  const { pathname, search } = useLocation();
  const pathFor = (option: string | null): Path => {
    const next = new URLSearchParams(search);
    // A cursor belongs to the list that was filtered before.
    next.delete('after');
    next.delete('before');
    if (option) next.set(name, option);
    else next.delete(name);
    return next.size > 0 ? `/${pathname.slice(1)}?${next}` : `/${pathname.slice(1)}`;
  };
  return (
    <nav aria-label={label} className="flex max-w-full gap-1 overflow-x-auto rounded-lg bg-sunken p-1">
      {options.map((option) => (
        <Link
          key={option.label}
          to={pathFor(option.value)}
          preventScrollReset
          aria-current={option.value === value ? 'true' : undefined}
          className="filter-link"
        >
          {option.label}
        </Link>
      ))}
    </nav>
  );
}
