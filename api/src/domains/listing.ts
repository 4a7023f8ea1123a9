import type { Database, Prisma } from '../platform/database.ts';
import { NotFoundError } from '../platform/errors.ts';
import { COUNT_LIMIT, type Count, countOf } from './capped-count.ts';
import type { ServiceContext } from './context.ts';
import { type OrderColumn, type PageArgs, type Window, windowOf } from './keyset.ts';
import type { FilterField } from './list-filters.ts';
import { authorize, hasRank, type Noun, type Policy, scoped } from './policy.ts';

/**
 * The lists of a noun, defined once: what they can be filtered and ordered by, on which columns, and which fields of the
 * noun a condition or an order tells about. Every list begins with the rows that the viewer may see. The connections of
 * the schema are made from this in `graphql/listing.ts`.
 */

export interface ListOrder extends OrderColumn {
  description: string;
  tells: readonly string[];
}

export const by = (
  path: string,
  type: OrderColumn['type'],
  description: string,
  tells: readonly string[] = [path],
): ListOrder => ({ path, type, description, tells });

/** By the time of creation, which ids tell as well as `createdAt`: they are UUIDs of version 7. */
const NEWEST_FIRST = { column: by('id', 'text', 'By age.'), direction: 'desc' } as const;

export interface Order<F extends string = string> {
  field: F;
  direction: 'ASC' | 'DESC';
}

interface Definition<P extends Policy, F, O extends string> {
  policy: P;
  /** One of them, in the words of an error: `There is no such agent`. */
  thing: string;
  /** Several of them, in the words of a description. */
  things: string;
  filters: F;
  orders: Readonly<Record<O, ListOrder>>;
  /**
   * The order when none is asked for: by id, the newest first, when this is left out. Whoever may list must be allowed to
   * read what it tells.
   */
  usually?: Order<NoInfer<O>>;
}

export type FilterOf<F> = {
  [K in keyof F]?: (F[K] extends { where: (condition: infer C) => object } ? C : never) | null;
};

type RowOf<N extends Noun> = Prisma.TypeMap['model'][N]['payload']['scalars'];
type Query = { select?: unknown; include?: unknown };
type Reader = Pick<ServiceContext, 'ability'>;

/** A listing, of whatever noun: what connections are made from. Methods, so that those of every noun fit. */
export interface Listing {
  policy: Policy;
  things: string;
  filters: Readonly<Record<string, FilterField>>;
  orders: Readonly<Record<string, ListOrder>>;
  where(ctx: Reader, filter: object | null | undefined, known?: string): object;
  windowOf(args: PageArgs & { orderBy?: Order | null }, otherwise?: Order): Window;
  list(
    ctx: ServiceContext,
    args: { query?: Query; filter?: object | null; window: Window },
  ): Promise<object[]>;
  count(ctx: ServiceContext, args: { filter?: object | null }): Promise<Count>;
}

export function defineListing<
  const P extends Policy,
  const F extends Readonly<Record<string, FilterField>>,
  const O extends string,
>(definition: Definition<P, F, O>) {
  const { policy, filters, orders } = definition;
  type Row = RowOf<P['noun']>;
  type Filter = FilterOf<F>;

  const usually = definition.usually
    ? { column: orders[definition.usually.field], direction: towards(definition.usually.direction) }
    : NEWEST_FIRST;
  if (!usually.column.tells.every((field) => isReadableByReaders(policy, field)))
    throw new Error(
      `The usual order of ${definition.things} tells what some who may list them may not read.`,
    );

  /** Rows that match and that the viewer may see. `known` is the filter that the place of the list stands for. */
  const where = (ctx: Reader, filter: Filter | null | undefined, known?: keyof F): object => ({
    AND: [
      scoped(ctx, 'read', policy.noun),
      ...Object.entries<FilterField>(filters).flatMap(([name, field]) => {
        const condition = filter?.[name as keyof F];
        if (condition !== undefined && condition !== null) return [field.where(condition as never)];
        return field.otherwise && name !== known ? [field.otherwise] : [];
      }),
    ],
  });

  return {
    ...definition,
    where,

    /** Throws ValidationError for a size or a cursor that does not fit. */
    windowOf(args: PageArgs & { orderBy?: Order<O> | null }, otherwise?: Order<O>): Window {
      const asked = args.orderBy ?? otherwise;
      const order = asked ? { column: orders[asked.field], direction: towards(asked.direction) } : usually;
      return windowOf({ noun: policy.noun, ...order }, args);
    },

    /** The rows of a window; a `query` that selects must select what the order needs. Throws UNAUTHENTICATED, FORBIDDEN. */
    async list(
      ctx: ServiceContext,
      args: { query?: Query; filter?: Filter | null; window: Window },
    ): Promise<Row[]> {
      authorize(ctx, 'read', policy as Policy);
      const { orderBy, take } = args.window;
      return tableOf<Row>(ctx.db, policy.noun).findMany({
        ...args.query,
        where: { AND: [where(ctx, args.filter), ...args.window.where] },
        orderBy,
        take,
      });
    },

    async count(ctx: ServiceContext, args: { filter?: Filter | null }): Promise<Count> {
      authorize(ctx, 'read', policy as Policy);
      const found = await tableOf<Row>(ctx.db, policy.noun).count({
        where: where(ctx, args.filter),
        take: COUNT_LIMIT,
      });
      return countOf(found);
    },

    /** Archived or not. Throws NOT_FOUND at `path`. */
    async get(ctx: ServiceContext, args: { query?: Query; id: string; path?: string[] }): Promise<Row> {
      authorize(ctx, 'read', policy as Policy);
      const row = await tableOf<Row>(ctx.db, policy.noun).findFirst({
        ...args.query,
        where: { AND: [scoped(ctx, 'read', policy.noun), { id: args.id }] },
      });
      if (!row) throw new NotFoundError(definition.thing, args.path ?? ['id']);
      return row;
    },
  };
}

const isReadableByReaders = ({ fields }: Policy, field: string): boolean => {
  const least = fields[field];
  return least !== undefined && Object.values(fields).every((role) => hasRank(role, least));
};

const towards = (direction: Order['direction']): 'asc' | 'desc' => (direction === 'ASC' ? 'asc' : 'desc');

interface Table<Row> {
  findMany(args: object): Promise<Row[]>;
  findFirst(args: object): Promise<Row | null>;
  count(args: object): Promise<number>;
}

/** The table of a noun; its arguments are composed above, where Prisma's types cannot follow. */
const tableOf = <Row>(db: Database, noun: Noun): Table<Row> =>
  db[(noun.charAt(0).toLowerCase() + noun.slice(1)) as 'agent'] as unknown as Table<Row>;
