import { useLocation } from '@remix-run/react';
import { type Counted, formatNumber, pluralCount } from '#app/lib/format.ts';
import type { Path } from '#app/lib/paths.ts';
import { pageSearch, type PageInfo } from '#app/lib/paging.ts';
import { Link } from './link.tsx';

export interface PaginationProps {
  pageInfo: PageInfo | null | undefined;
  count: Counted | null | undefined;
  /** Singular. */
  noun: string;
  shownCount: number;
}

/** Links, so that back, forward, sharing and a browser without JavaScript all work. */
export function Pagination({ pageInfo, count, noun, shownCount }: PaginationProps) {
  const { pathname, search } = useLocation();
  const pageAt = (cursor: Parameters<typeof pageSearch>[1]): Path =>
    `/${pathname.slice(1)}${pageSearch(search, cursor)}`;
  if (!pageInfo) return null;
  const isPaged = pageInfo.hasNextPage || pageInfo.hasPreviousPage;
  const total = pluralCount(
    count?.totalCount == null ? { totalCount: shownCount, isCapped: false } : count,
    noun,
  );
  return (
    <div className="flex min-h-11 items-center justify-between gap-4 border-t border-line px-4 py-2 text-[0.8125rem] text-muted">
      <p>{isPaged ? `${formatNumber(shownCount)} of ${total}` : total}</p>
      {isPaged && (
        <nav aria-label="Pages" className="flex gap-2">
          {pageInfo.hasPreviousPage && pageInfo.startCursor ? (
            <Link preventScrollReset to={pageAt({ before: pageInfo.startCursor })} className="page-link">
              Previous
            </Link>
          ) : (
            <span className="page-link" aria-hidden="true">
              Previous
            </span>
          )}
          {pageInfo.hasNextPage && pageInfo.endCursor ? (
            <Link preventScrollReset to={pageAt({ after: pageInfo.endCursor })} className="page-link">
              Next
            </Link>
          ) : (
            <span className="page-link" aria-hidden="true">
              Next
            </span>
          )}
        </nav>
      )}
    </div>
  );
}
