import { cx } from './class-names.ts';

export type SkeletonShape = 'list' | 'detail' | 'form';

function Bar({ className }: { className: string }) {
  return <span className={cx('block animate-shimmer rounded bg-hover', className)} />;
}

const rows = Array.from({ length: 8 }, (_, index) => index);

function Frame({ children }: { children: React.ReactNode }) {
  return (
    <div role="status" className="animate-appear">
      <span className="sr-only">Loading</span>
      <div aria-hidden="true">
        <Bar className="mb-3 h-7 w-44" />
        <Bar className="mb-6 h-4 w-72 max-w-full" />
        {children}
      </div>
    </div>
  );
}

/** Has the measures of the page it stands for, so that nothing jumps when that arrives. */
export function PageSkeleton({ shape }: { shape: SkeletonShape }) {
  if (shape === 'form') {
    return (
      <Frame>
        <div className="max-w-2xl space-y-6 rounded-lg border border-line bg-surface p-5">
          {rows.slice(0, 4).map((row) => (
            <div key={row} className="space-y-2">
              <Bar className="h-4 w-28" />
              <Bar className="h-9 w-full" />
            </div>
          ))}
        </div>
      </Frame>
    );
  }
  const table = (
    <div className="rounded-lg border border-line bg-surface">
      {rows.map((row) => (
        <div key={row} className="flex h-11 items-center gap-6 border-b border-line px-4 last:border-0">
          <Bar className="h-4 w-1/3" />
          <Bar className="h-4 w-20" />
          <Bar className="ml-auto h-4 w-24" />
        </div>
      ))}
    </div>
  );
  if (shape === 'list') return <Frame>{table}</Frame>;
  return (
    <Frame>
      <div className="grid gap-6 xl:grid-cols-[1fr_22rem]">
        {table}
        <div className="hidden rounded-lg border border-line bg-surface p-4 xl:block">
          <Bar className="mb-4 h-4 w-24" />
          {rows.slice(0, 5).map((row) => (
            <Bar key={row} className="mb-3 h-4 w-full" />
          ))}
        </div>
      </div>
    </Frame>
  );
}
