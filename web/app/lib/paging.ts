import type { Counted } from './format.ts';

export interface PageInfo {
  startCursor: string | null;
  endCursor: string | null;
  hasNextPage: boolean;
  hasPreviousPage: boolean;
}

export interface PageVariables {
  first?: number;
  after?: string;
  last?: number;
  before?: string;
}

const PAGE_SIZE = 25;

/** The page that a URL names: `?after=` or `?before=` with a cursor of the list, else the first one. */
export function readPage(search: URLSearchParams): PageVariables {
  const before = search.get('before');
  if (before) return { last: PAGE_SIZE, before };
  const after = search.get('after');
  return after ? { first: PAGE_SIZE, after } : { first: PAGE_SIZE };
}

/** Another page of the same list with the same filters. */
export function pageSearch(current: string, cursor: { after: string } | { before: string }): string {
  const search = new URLSearchParams(current);
  search.delete('after');
  search.delete('before');
  for (const [name, value] of Object.entries(cursor)) search.set(name, value as string);
  return `?${search}`;
}

/** Nodes that the viewer may see: an edge or a node is null when its row may not be read. */
export const nodesOf = <T>(
  connection: { edges: ({ node: T | null } | null)[] | null } | null | undefined,
): T[] => connection?.edges?.flatMap((edge) => (edge?.node ? [edge.node] : [])) ?? [];

/** A list as its page shows it. */
export interface Rows<T> extends Counted {
  rows: T[];
  pageInfo: PageInfo | null;
}

/** For pages that get a list as it is. In a page from the server each edge would be an object of its own around its node. */
export const rowsOf = <T>(
  connection:
    (Counted & { edges: ({ node: T | null } | null)[] | null; pageInfo: PageInfo | null }) | null | undefined,
): Rows<T> => ({
  rows: nodesOf(connection),
  totalCount: connection?.totalCount ?? null,
  isCapped: connection?.isCapped ?? null,
  pageInfo: connection?.pageInfo ?? null,
});

/** What `rowsOf` makes of this connection. */
export type RowsOf<Connection> = Connection extends { edges: ({ node: infer T } | null)[] | null }
  ? Rows<NonNullable<T>>
  : never;
