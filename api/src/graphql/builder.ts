import SchemaBuilder, { getTypeBrand, PothosSchemaError } from '@pothos/core';
import ComplexityPlugin from '@pothos/plugin-complexity';
import ErrorsPlugin from '@pothos/plugin-errors';
import PrismaPlugin from '@pothos/plugin-prisma';
import RelayPlugin, { resolveNodes } from '@pothos/plugin-relay';
import {
  getNullableType,
  GraphQLError,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLResolveInfo,
  isListType,
  isObjectType,
} from 'graphql';
import { DEFAULT_PAGE_SIZE } from '../domains/keyset.ts';
import { type Noun, readableFields } from '../domains/policy.ts';
import { isMissingRow } from '../platform/database.ts';
import { NotFoundError } from '../platform/errors.ts';
import { getDatamodel } from '../generated/pothos.ts';
import type PrismaTypes from '../generated/pothos.ts';
import AuthorizationPlugin from './authorization.ts';
import { isLocalId } from './ids.ts';
import InputGuardPlugin from './input-guard.ts';
import type { GraphQLContext } from './context.ts';
import { LIMITS } from './operation-size.ts';
import { DateTimeResolver, DecimalResolver, JSONObjectResolver, JSONResolver } from './scalars.ts';

/** Lists that are no connections are short by design. */
const SHORT_LIST_SIZE = 5;
export const builder = new SchemaBuilder<{
  Context: GraphQLContext;
  PrismaTypes: PrismaTypes;
  Scalars: {
    ID: { Input: string; Output: string | number };
    DateTime: { Input: Date; Output: Date };
    JSON: { Input: unknown; Output: unknown };
    JSONObject: { Input: Record<string, unknown>; Output: unknown };
    Decimal: { Input: string; Output: string };
  };
}>({
  // Authorization is outermost: what it refuses, no other plugin turns into a result. Errors come before the guard and
  // prisma, so that what these refuse is a result.
  plugins: [AuthorizationPlugin, ErrorsPlugin, InputGuardPlugin, RelayPlugin, PrismaPlugin, ComplexityPlugin],
  prisma: {
    client: (ctx) => ctx.db,
    dmmf: getDatamodel(),
    exposeDescriptions: false,
  },
  relay: {
    clientMutationId: 'omit',
    cursorType: 'String',
    idFieldOptions: { description: 'Global id: unique over all types.' },
    nodeTypeOptions: {
      description: 'A thing with an id that is unique over all types; `node(id:)` fetches it again.',
    },
    nodeQueryOptions: {
      access: 'member',
      description:
        'Any object by its global id. Null with a NOT_FOUND error when there is none, or none for you.',
      args: { id: { description: 'A global id, as every type gives it in its `id` field.' } },
      resolve: async (_root, { id }, ctx, info) => (await reachableNodes(ctx, info, [id]))[0],
    },
    nodesQueryOptions: {
      access: 'member',
      description: 'Objects by their global ids, in the order asked for; null where there is none for you.',
      args: { ids: { description: 'Global ids, at most 100.' } },
      resolve: async (_root, { ids }, ctx, info) => (await reachableNodes(ctx, info, ids)) as never,
    },
    pageInfoTypeOptions: { access: 'carried', description: 'Where a page of a connection stands.' },
    defaultConnectionTypeOptions: { access: 'carried' },
    defaultEdgeTypeOptions: { access: 'carried' },
    edgesFieldOptions: {
      description: 'The rows of this page, each with its cursor.',
      nullable: true,
    } as never,
    nodeFieldOptions: {
      description: 'The row itself; null when it is out of your reach.',
      nullable: true,
    } as never,
    cursorFieldOptions: { description: 'Opaque position of this row, for `after` and `before`.' } as never,
    pageInfoFieldOptions: {
      description: 'Whether there are further pages, and the cursors of this one.',
    } as never,
    hasNextPageFieldOptions: { description: 'Whether rows follow this page.' },
    hasPreviousPageFieldOptions: { description: 'Whether rows come before this page.' },
    startCursorFieldOptions: { description: 'Cursor of the first row; null on an empty page.' },
    endCursorFieldOptions: { description: 'Cursor of the last row; null on an empty page.' },
    firstArgOptions: {
      description: 'How many rows from the start, 1 to 100; 20 when neither `first` nor `last` is given.',
    },
    lastArgOptions: { description: 'How many rows from the end, 1 to 100.' },
    afterArgOptions: { description: 'Rows after this cursor.' },
    beforeArgOptions: { description: 'Rows before this cursor.' },
  },
  errors: { directResult: true },
  complexity: {
    limit: LIMITS,
    fieldComplexity: (args, _ctx, field) => ({ field: 1, multiplier: rowsOf(field, args) }),
    complexityError: (kind) =>
      new GraphQLError(
        `The operation is too large (${kind.toLowerCase()}). Ask for fewer fields, levels or rows.`,
        {
          extensions: { code: 'OPERATION_TOO_COMPLEX' },
        },
      ),
  },
});

export type BuilderTypes = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer T> ? T : never;

/** A row that is not there, or a type that there is not, looks like a row out of reach. */
async function orNull(node: unknown): Promise<unknown> {
  try {
    return await node;
  } catch (error) {
    if (isMissingRow(error) || error instanceof PothosSchemaError) return null;
    throw error;
  }
}

/** Each by itself: one that is not there must not take the others with it. Prisma joins their look-ups. */
const reachableNodes = (
  ctx: GraphQLContext,
  info: GraphQLResolveInfo,
  ids: readonly unknown[],
): Promise<unknown[]> =>
  Promise.all(
    // Each is decoded by now; what names no row must not reach the database.
    (ids as { typename: string; id: string }[]).map(async (id) => {
      const isNamed = isNodeType(info.schema.getType(id.typename)) && isLocalId(id.id);
      return reachableNode(ctx, isNamed ? await orNull(resolveOne(ctx, info, id)) : null);
    }),
  );

const resolveOne = async (
  ctx: GraphQLContext,
  info: GraphQLResolveInfo,
  id: { typename: string; id: string },
): Promise<unknown> => (await resolveNodes(builder, ctx, info, [id]))[0];

const isNodeType = (type: GraphQLNamedType | undefined): boolean =>
  isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'Node');

/** Missing and out of reach look the same: an error that takes the node's place. */
function reachableNode(ctx: GraphQLContext, node: unknown): unknown {
  const noun =
    node === null || typeof node !== 'object'
      ? null
      : (getTypeBrand(node) as { name?: string } | string | null);
  const name = typeof noun === 'string' ? noun : noun?.name;
  const isReachable =
    name !== undefined && readableFields(ctx.ability, name as Noun, node as object).size > 0;
  return isReachable ? node : new NotFoundError('object', ['id']);
}

/** How many rows a field may bring, so that pages within pages are counted before any of them is read. */
function rowsOf(
  field: Pick<GraphQLField<unknown, GraphQLContext>, 'name' | 'args' | 'type'>,
  args: Record<string, unknown>,
): number {
  if (field.args.some(({ name }) => name === 'first'))
    return Number(args['first'] ?? args['last'] ?? DEFAULT_PAGE_SIZE);
  // The connection around them has been counted already.
  if (field.name === 'edges') return 1;
  return isListType(getNullableType(field.type)) ? SHORT_LIST_SIZE : 1;
}

builder.queryType({
  description: 'Everything that can be read. Lists are connections; an object out of your reach is absent.',
});
builder.mutationType({
  description:
    'Everything that can be changed. Each mutation answers with a payload or with a typed error; select `... on Error { message code path }`.',
});
builder.subscriptionType({
  description: 'Everything that can be watched, over WebSocket (graphql-transport-ws) or SSE.',
});

builder.addScalarType('DateTime', DateTimeResolver);
builder.addScalarType('JSON', JSONResolver);
builder.addScalarType('JSONObject', JSONObjectResolver);
builder.addScalarType('Decimal', DecimalResolver);
