import type { ReactNode, TdHTMLAttributes } from 'react';
import type { Path } from '#app/lib/paths.ts';
import { cx } from './class-names.ts';
import { Link } from './link.tsx';

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
      <table className="data-table">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={column.label}
                scope="col"
                className={cx(column.isNumeric && 'text-right', column.from && SHOWN_FROM[column.from])}
              >
                {column.isLabelHidden ? <span className="sr-only">{column.label}</span> : column.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

export function Row({ children }: { children: ReactNode }) {
  return <tr>{children}</tr>;
}

interface CellProps extends TdHTMLAttributes<HTMLTableCellElement> {
  from?: From;
  isNumeric?: boolean;
}

export function Cell({ from, isNumeric, className, ...rest }: CellProps) {
  return (
    <td
      className={cx(isNumeric && 'tabular text-right whitespace-nowrap', from && SHOWN_FROM[from], className)}
      {...rest}
    />
  );
}

export function RowLink({ to, children }: { to: Path; children: ReactNode }) {
  return (
    <Link to={to} prefetch="intent" className="row-link">
      {children}
    </Link>
  );
}
