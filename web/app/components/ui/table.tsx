import { Link } from '@remix-run/react';
import type { ReactNode, TdHTMLAttributes } from 'react';
import { cx } from './class-names.ts';

/** From which width on a column is worth its space. The first column always stays. */
export type From = 'sm' | 'md' | 'lg' | 'xl';

const SHOWN_FROM: Record<From, string> = {
  sm: 'max-sm:hidden',
  md: 'max-md:hidden',
  lg: 'max-lg:hidden',
  xl: 'max-xl:hidden',
};

export interface Column {
  label: string;
  from?: From;
  isNumeric?: boolean;
  isLabelHidden?: boolean;
}

export interface TableProps {
  caption: string;
  columns: Column[];
  children: ReactNode;
  isBusy?: boolean;
}

export function Table({ caption, columns, children, isBusy = false }: TableProps) {
  return (
    <div
      className={cx('overflow-x-auto transition-opacity', isBusy && 'opacity-60')}
      aria-busy={isBusy || undefined}
    >
      <table className="w-full border-collapse text-left">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="border-b border-line text-xs text-muted">
            {columns.map((column) => (
              <th
                key={column.label}
                scope="col"
                className={cx(
                  'h-9 px-3 font-medium whitespace-nowrap first:pl-4 last:pr-4',
                  column.isNumeric && 'text-right',
                  column.from && SHOWN_FROM[column.from],
                )}
              >
                {column.isLabelHidden ? <span className="sr-only">{column.label}</span> : column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">{children}</tbody>
      </table>
    </div>
  );
}

export function Row({ children }: { children: ReactNode }) {
  return <tr className="transition-colors hover:bg-hover/60">{children}</tr>;
}

interface CellProps extends TdHTMLAttributes<HTMLTableCellElement> {
  from?: From;
  isNumeric?: boolean;
}

export function Cell({ from, isNumeric, className, ...rest }: CellProps) {
  return (
    <td
      className={cx(
        'h-11 px-3 py-2 first:pl-4 last:pr-4',
        isNumeric && 'tabular text-right whitespace-nowrap',
        from && SHOWN_FROM[from],
        className,
      )}
      {...rest}
    />
  );
}

export function RowLink({ to, children }: { to: string; children: ReactNode }) {
  return (
    <Link to={to} prefetch="intent" className="font-medium text-ink hover:underline">
      {children}
    </Link>
  );
}
