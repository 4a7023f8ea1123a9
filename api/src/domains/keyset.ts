import { z } from 'zod';
import { ValidationError } from '../platform/errors.ts';

/**
 * Paging by keyset: a cursor holds the place of a row in an order, not the row, so a page goes on where the one before it
 * ended whatever was inserted or deleted since.
 */

export interface OrderColumn {
  /** The column; a path crosses one relation that is always there, as in `tool.name`. */
  path: string;
  /** Instants are stored in milliseconds (timestamptz(3)), as JavaScript has them: none is rounded on its way. */
  type: 'text' | 'instant' | 'integer';
  isNullable?: boolean;
}

/** A total order: the column, then the id. PostgreSQL takes null for the greatest value, and so does this. */
export interface TotalOrder {
  noun: string;
  column: OrderColumn;
  direction: 'asc' | 'desc';
}

type OrderValue = string | number | null;

interface Cursor {
  value: OrderValue;
  id: string;
}

export interface PageArgs {
  first?: number | null;
  last?: number | null;
  after?: string | null;
  before?: string | null;
}

export const DEFAULT_PAGE_SIZE = 20;
/** Rows of one page: enough for a screen, and little enough to be read at once. */
const MAX_PAGE_SIZE = 100;
/** A cursor of another version is refused: what it means may have changed. */
const VERSION = 1;

const VALUES = {
  // PostgreSQL stores no NUL in a text.
  text: z.string().refine((text) => !text.includes('\0')),
  // There is no year 0 in PostgreSQL.
  instant: z.iso.datetime({ precision: 3 }).refine((instant) => !instant.startsWith('0000')),
  integer: z.int32(),
};

export function encodeCursor(order: TotalOrder, row: object): string {
  const { id } = row as { id: string };
  const place = [
    VERSION,
    order.noun,
    order.column.path,
    order.direction,
    valueOf(order.column.path, row),
    id,
  ];
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

/** Throws ValidationError at the argument for whatever is not a cursor of this order. */
export function decodeCursor(order: TotalOrder, cursor: string, argument: string): Cursor {
  const value = order.column.isNullable ? VALUES[order.column.type].nullable() : VALUES[order.column.type];
  const place = z.tuple([
    z.literal(VERSION),
    z.literal(order.noun),
    z.literal(order.column.path),
    z.literal(order.direction),
    value,
    z.guid(),
  ]);
  const parsed = place.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString()));
  if (!parsed.success) {
    throw refusedCursor(argument);
  }
  return { value: parsed.data[4], id: parsed.data[5] };
}

export const refusedCursor = (argument: string): ValidationError =>
  refused('This is not a cursor of this list in this order. Use one that it gave, or none.', argument);

const refused = (message: string, argument: string) => new ValidationError([{ message, path: [argument] }]);

/** How many rows a page has. Throws ValidationError. */
export function sizeOf({ first, last }: PageArgs): number {
  if (first != null && last != null) throw refused('Ask for first or for last, not for both.', 'last');
  for (const [name, size] of Object.entries({ first, last })) {
    if (size != null && (size < 1 || size > MAX_PAGE_SIZE))
      throw refused(`${name} must be between 1 and ${MAX_PAGE_SIZE}.`, name);
  }
  return first ?? last ?? DEFAULT_PAGE_SIZE;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: the caller reports it as a wrong cursor.
    return null;
  }
}

/** One page of a total order, as conditions and arguments of Prisma. */
export interface Window {
  order: TotalOrder;
  where: object[];
  orderBy: object[];
  /** One row more than was asked for: it tells whether there is a further page. */
  take: number;
  isBackward: boolean;
  hasAfter: boolean;
  hasBefore: boolean;
}

/** Throws ValidationError when a size is out of bounds or a cursor is none of this order. */
export function windowOf(order: TotalOrder, args: PageArgs): Window {
  const size = sizeOf(args);
  const after = args.after == null ? null : decodeCursor(order, args.after, 'after');
  const before = args.before == null ? null : decodeCursor(order, args.before, 'before');
  const isBackward = args.last != null;
  return {
    order,
    where: [
      ...(after ? [beyond(order.column, after, order.direction === 'asc')] : []),
      ...(before ? [beyond(order.column, before, order.direction === 'desc')] : []),
    ],
    orderBy: orderBy(order, isBackward),
    take: size + 1,
    isBackward,
    hasAfter: after !== null,
    hasBefore: before !== null,
  };
}

export interface Page<Row> {
  edges: { cursor: string; node: Row }[];
  pageInfo: {
    hasNextPage: boolean;
    hasPreviousPage: boolean;
    startCursor: string | null;
    endCursor: string | null;
  };
}

/** The rows of the page that a window brought, in order, and whether there are rows beyond them. */
export function rowsOf<Row>(
  window: Window,
  rows: readonly Row[],
): { rows: Row[]; hasNextPage: boolean; hasPreviousPage: boolean } {
  const size = window.take - 1;
  const hasMore = rows.length > size;
  const page = rows.slice(0, size);
  return {
    rows: window.isBackward ? page.reverse() : page,
    hasNextPage: window.isBackward ? window.hasBefore : hasMore || window.hasBefore,
    hasPreviousPage: window.isBackward ? hasMore || window.hasAfter : window.hasAfter,
  };
}

/** The page of the rows that a window brought. */
export function pageOf<Row extends object>(window: Window, read: readonly Row[]): Page<Row> {
  const { rows, hasNextPage, hasPreviousPage } = rowsOf(window, read);
  const edges = rows.map((node) => ({ cursor: encodeCursor(window.order, node), node }));
  return {
    edges,
    pageInfo: {
      hasNextPage,
      hasPreviousPage,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

/** The columns that a cursor is made of. */
export const selectOf = ({ path }: OrderColumn): Record<string, boolean | object> => ({
  id: true,
  ...(nest(path, true, 'select') as object),
});

function orderBy({ column, direction }: TotalOrder, isReversed: boolean): object[] {
  const towards = (direction === 'asc') === isReversed ? 'desc' : 'asc';
  return column.path === 'id' ? [{ id: towards }] : [nest(column.path, towards), { id: towards }];
}

/** Rows past the cursor, towards greater values (`isUp`) or smaller ones. */
function beyond({ path, isNullable }: OrderColumn, { value, id }: Cursor, isUp: boolean): object {
  const than = isUp ? 'gt' : 'lt';
  const furtherId = { id: { [than]: id } };
  if (path === 'id') return furtherId;
  const column = (condition: unknown) => nest(path, condition);
  if (value === null) {
    const isNullBeyond = { AND: [column(null), furtherId] };
    return isUp ? isNullBeyond : { OR: [column({ not: null }), isNullBeyond] };
  }
  // The first condition says nothing new; it is the one that an index can start from.
  const isBeyond = {
    AND: [column({ [`${than}e`]: value }), { OR: [column({ [than]: value }), furtherId] }],
  };
  return isNullable && isUp ? { OR: [isBeyond, column(null)] } : isBeyond;
}

/** `tool.name` and a leaf → `{ tool: { name: leaf } }`, with `between` around what is in a relation. */
function nest(path: string, leaf: unknown, between?: string): object {
  const [head, ...rest] = path.split('.') as [string, ...string[]];
  if (rest.length === 0) return { [head]: leaf };
  const inner = nest(rest.join('.'), leaf, between);
  return { [head]: between ? { [between]: inner } : inner };
}

function valueOf(path: string, row: object): OrderValue {
  const value = path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], row);
  if (value === undefined) throw new Error(`The order needs ${path}, which the rows were read without.`);
  return value instanceof Date ? value.toISOString() : (value as OrderValue);
}
