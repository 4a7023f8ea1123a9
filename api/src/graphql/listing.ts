import type { InputFieldRef, ObjectRef } from '@pothos/core';
import { queryFromInfo } from '@pothos/plugin-prisma';
import type { GraphQLResolveInfo } from 'graphql';
import type { Count } from '../domains/capped-count.ts';
import { type Page, type PageArgs, pageOf, selectOf } from '../domains/keyset.ts';
import type { FilterField } from '../domains/list-filters.ts';
import type { Listing, Order } from '../domains/listing.ts';
import { ValidationError } from '../platform/errors.ts';
import { builder, type BuilderTypes } from './builder.ts';
import { DateTimeFilter, defineConnection, enumFilter, StringFilter } from './connections.ts';
import type { ListedField } from './compiled-plan.ts';
import type { GraphQLContext } from './context.ts';
import { countRelated } from './counted-lists.ts';
import { defineEnum } from './enum.ts';
import { optionalLocalId } from './ids.ts';
import { telling } from './list-rights.ts';

/** Makes the connections of a noun from its listing: types, arguments, rights, rows, pages and counts. */

interface ListArgs extends PageArgs {
  filter?: Record<string, unknown> | null;
  orderBy?: Order | null;
}

/** Where the rows of a page are in a selection. */
const NODE_PATHS = [[{ name: 'edges' }, { name: 'node' }]];

interface ListOptions<L extends Listing> {
  /** GraphQL types of the filter's enums. */
  enums?: Partial<Record<keyof L['filters'], { name: string }>>;
}

interface RelatedOptions {
  /** The relation of Prisma; the name of the field when left out. */
  relation?: string;
  description: string;
  /** The filter that the place of this list stands for, such as `serverId` in the agents of a server. */
  known?: string;
  /** The order when none is asked for. */
  usually?: Order;
}

export function defineList<Shape extends object, L extends Listing>(
  node: ObjectRef<BuilderTypes, Shape>,
  listing: L,
  options: ListOptions<L> = {},
) {
  const { noun } = listing.policy;
  const Connection = defineConnection(node, noun, listing.things);
  const Filter = defineFilter(listing, options.enums ?? {});
  const OrderBy = defineOrder(listing);
  const local = (filter: ListArgs['filter']) => localFilter(listing, filter);
  const listed = (more: Omit<ListedField, 'listing' | 'local'>): object => ({
    listing: noun,
    listed: { listing, local, ...more } satisfies ListedField,
  });

  const args = () =>
    builder.args((t) => ({
      filter: t.field({
        type: Filter,
        description: `Which ${listing.things} to list; all that you may see when left out.`,
      }),
      orderBy: t.field({
        type: OrderBy,
        description: `Another order of the ${listing.things} than the usual one.`,
      }),
    }));

  return {
    Filter,
    /** The filter with local ids in place of global ones. */
    local,

    /** A list of all that the viewer may see, as a field of Query. */
    toQuery(name: string, description: string): void {
      builder.queryField(name, (t) =>
        t.connection(
          {
            type: node,
            access: { action: 'read', noun },
            description,
            extensions: listed({ relation: null }),
            args: args() as object,
            resolve: (_root: unknown, listArgs: ListArgs, ctx: GraphQLContext, info: GraphQLResolveInfo) => {
              const filter = local(listArgs.filter);
              const window = listing.windowOf(listArgs);
              return lazyPage({
                load: async () => {
                  const query = queryFromInfo({
                    context: ctx,
                    info,
                    paths: NODE_PATHS,
                    typeName: noun,
                    select: selectOf(window.order.column),
                  });
                  return pageOf(window, await listing.list(ctx, { query, filter, window }));
                },
                count: () => listing.count(ctx, { filter }),
              });
            },
          } as never,
          Connection,
        ),
      );
    },

    /** The list of those that belong to another object, as a field of its type. */
    toType(parent: object, name: string, related: RelatedOptions): void {
      const relation = related.relation ?? name;
      const read = (listArgs: ListArgs) => ({
        window: listing.windowOf(listArgs, related.usually),
        filter: local(listArgs.filter),
      });
      builder.prismaObjectField(parent as never, name, (t) =>
        (t as unknown as Connections).connection(
          {
            type: node,
            description: related.description,
            args: args(),
            extensions: {
              ...listed({ relation, ...given(related) }),
              pothosPrismaSelect: (
                listArgs: ListArgs,
                ctx: GraphQLContext,
                nested: (query: object, at: object) => object,
                selected: () => ReadonlySet<string>,
              ) => {
                const asked = orRefused(() => read(listArgs));
                if (!asked) return null;
                const where = listing.where(ctx, asked.filter, related.known);
                const { window } = asked;
                const names = selected();
                return {
                  select: {
                    id: true,
                    ...(names.has('edges') || names.has('pageInfo')
                      ? {
                          [relation]: nested(
                            {
                              select: selectOf(window.order.column),
                              where: { AND: [where, ...window.where] },
                              orderBy: window.orderBy,
                              take: window.take,
                            },
                            { getType: () => noun, paths: NODE_PATHS },
                          ),
                        }
                      : {}),
                  },
                };
              },
            },
            resolve: (
              row: Record<string, unknown>,
              listArgs: ListArgs,
              ctx: GraphQLContext,
              info: GraphQLResolveInfo,
            ) => {
              const { window, filter } = read(listArgs);
              const where = () => listing.where(ctx, filter, related.known);
              return lazyPage({
                load: () => pageOf(window, row[relation] as object[]),
                count: () => countRelated(ctx, { info, id: row['id'] as string, relation, where }),
              });
            },
          },
          Connection,
        ),
      );
    },
  };
}

const given = ({ known, usually }: RelatedOptions) => ({
  ...(known === undefined ? {} : { known }),
  ...(usually === undefined ? {} : { usually }),
});

/** The part of Pothos' field builder that is used above: its types cannot follow a relation by name. */
interface Connections {
  connection(options: object, connection: object): never;
}

/** Reads rows, or counts them, only when the selection asks for them. */
function lazyPage(of: {
  load: () => Page<object> | Promise<Page<object>>;
  count: () => Count | Promise<Count>;
}) {
  let loading: Promise<Page<object>> | undefined;
  let counting: Promise<Count> | undefined;
  const page = () => (loading ??= Promise.resolve(of.load()));
  return {
    get edges() {
      return page().then(({ edges }) => edges);
    },
    get pageInfo() {
      return page().then(({ pageInfo }) => pageInfo);
    },
    count: () => (counting ??= Promise.resolve(of.count())),
  };
}

/** Nothing is read for arguments that are refused; the resolver refuses them, at its own path. */
function orRefused<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof ValidationError) return null;
    throw error;
  }
}

function localFilter(listing: Listing, filter: ListArgs['filter']): Record<string, unknown> {
  const entries = Object.entries(filter ?? {}).map(([name, value]) => {
    const { kind, of, check } = listing.filters[name]!;
    const fault = value === null || value === undefined ? null : check?.(value as never);
    if (fault) throw new ValidationError([{ message: fault, path: ['filter', name] }]);
    return [name, kind === 'id' ? optionalLocalId(of!, value as string | null, 'filter', name) : value];
  });
  return Object.fromEntries(entries) as Record<string, unknown>;
}

const SCALAR_TYPES = { text: StringFilter, instant: DateTimeFilter, id: 'ID', flag: 'Boolean' } as const;

function defineFilter(listing: Listing, enums: Partial<Record<string, { name: string }>>) {
  const filters = Object.entries<FilterField>(listing.filters);
  const { noun } = listing.policy;
  return builder.inputType(`${noun}Filter`, {
    description: `Which ${listing.things} to list; all conditions that are given must hold.`,
    fields: (t) =>
      Object.fromEntries(
        filters.map(([name, { kind, description, tells }]) => [
          name,
          t.field({
            type: (kind === 'enum' ? enumFilter(enums[name]!) : SCALAR_TYPES[kind]) as never,
            description,
            ...telling({ noun, fields: tells }),
          }) as InputFieldRef<BuilderTypes, unknown>,
        ]),
      ),
  });
}

const SortDirection = defineEnum('SortDirection', 'The direction of an order.', {
  ASC: 'Smallest, earliest or first in the alphabet first.',
  DESC: 'Greatest, latest or last in the alphabet first.',
});

/** `orderBy: { field, direction }`. */
function defineOrder({ policy, things, orders }: Listing) {
  const values = Object.entries(orders).map(([field, { description, tells }]) => [
    field,
    { description, ...telling({ noun: policy.noun, fields: tells }) },
  ]);
  const Field = builder.enumType(`${policy.noun}OrderField`, {
    description: `What lists of ${things} can be ordered by.`,
    values: Object.fromEntries(values) as Record<string, { description: string }>,
  });
  return builder.inputType(`${policy.noun}Order`, {
    description: `The order of a list of ${things}; ties are broken by id.`,
    fields: (t) => ({
      field: t.field({
        type: Field,
        required: true,
        description: 'What to compare; takes the right to read it.',
        ...telling('byValue'),
      }),
      direction: t.field({
        type: SortDirection,
        required: true,
        description: 'Which end comes first.',
        ...telling('nothing'),
      }),
    }),
  });
}
