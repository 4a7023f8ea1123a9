import { useId, type ReactNode } from 'react';
import { cx } from './class-names.ts';

export interface PanelProps {
  title: string;
  /** At the right of the title: a count, a link, a button. */
  aside?: ReactNode;
  children: ReactNode;
  className?: string;
  /** Tables and lists reach the border by themselves. */
  isFlush?: boolean;
}

export function Panel({ title, aside, children, className, isFlush = false }: PanelProps) {
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      className={cx('min-w-0 rounded-lg border border-line bg-surface', className)}
    >
      <div className="flex min-h-11 items-center justify-between gap-3 border-b border-line px-4 py-1.5">
        <h2 id={id} className="text-[0.8125rem] font-semibold">
          {title}
        </h2>
        {aside}
      </div>
      <div className={isFlush ? '' : 'p-4'}>{children}</div>
    </section>
  );
}

export function Facts({ items }: { items: [string, ReactNode][] }) {
  return (
    <dl className="grid grid-cols-[minmax(6.5rem,auto)_1fr] gap-x-4 gap-y-2 text-[0.8125rem]">
      {items.map(([term, value]) => (
        <div key={term} className="contents">
          <dt className="text-muted">{term}</dt>
          <dd className="min-w-0 [overflow-wrap:anywhere]">
            {value ?? <span className="text-faint">—</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
