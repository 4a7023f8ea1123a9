import {
  type ExecutionResult,
  type GraphQLField,
  type GraphQLSchema,
  getArgumentValues,
  GraphQLError,
  getVariableValues,
} from 'graphql';
import { COUNT_LIMIT, countOf } from '../domains/capped-count.ts';
import { encodeCursor, type OrderColumn, type PageArgs, rowsOf, type Window } from '../domains/keyset.ts';
import type { Order } from '../domains/listing.ts';
import { readableFields, type StudioAbility } from '../domains/policy.ts';
import { StudioError } from '../platform/errors.ts';
import { findModelField } from '../platform/datamodel.ts';
import {
  leafOf,
  type ReadList,
  readLists,
  type ReadRow,
  type RowList,
  type RowTree,
} from '../platform/row-tree.ts';
import { UnsupportedError } from '../platform/row-conditions.ts';
import { type NamedOperation, planOnce } from './compiled-document.ts';
import { type ListPlan, type Part, type Plan, planOf, type RowPlan } from './compiled-plan.ts';
import type { GraphQLContext } from './context.ts';
import { checkArguments } from './input-guard.ts';
import { isWithinLimits } from './operation-size.ts';
import { refuseTelling } from './list-rights.ts';

/**
 * Answers queries of lists without the executor: one statement for all rows of the operation, and an answer made of them as
 * its plan says. An answer without errors is the same either way. Whatever is refused, fails or cannot be planned is left
 * to the executor, which says at each path what is wrong: null stands for that.
 */
export interface CompiledQueries {
  answer(
    operation: NamedOperation & {
      variableValues?: Record<string, unknown> | null | undefined;
      ctx: GraphQLContext;
    },
  ): Promise<ExecutionResult | null>;
}

export function createCompiledQueries(schema: GraphQLSchema): CompiledQueries {
  const planFor = planOnce((operation) => planOf(schema, operation));

  return {
    async answer({ document, operationName, variableValues, ctx }) {
      const plan = planFor({ document, operationName });
      const { size } = ctx.rate;
      if (!plan || !ctx.viewer || !size || !isWithinLimits(size) || !mayRead(plan, ctx.ability)) return null;
      const { coerced } = getVariableValues(
        schema,
        plan.operation.variableDefinitions ?? [],
        variableValues ?? {},
        { maxErrors: 1 },
      );
      if (!coerced) return null;
      try {
        const asked = plan.lists.map((list) => ask(list, ctx, coerced));
        const read = await readLists(ctx.sql, asked.map(rowListOf));
        const data: Record<string, unknown> = {};
        for (const [index, list] of asked.entries())
          data[list.plan.key] = answerList(list, read[index]!, ctx);
        return { data };
      } catch (error) {
        if (isForExecutor(error)) return null;
        throw error;
      }
    },
  };
}

/** What the executor says better: at its path, beside the rest of the answer. */
const isForExecutor = (error: unknown): boolean =>
  error instanceof UnsupportedError || error instanceof StudioError || error instanceof GraphQLError;

const readers = new WeakMap<StudioAbility, WeakMap<Plan, boolean>>();

/** Whether a viewer of these rights may read every field of the answer. */
function mayRead(plan: Plan, ability: StudioAbility): boolean {
  let known = readers.get(ability);
  if (!known) readers.set(ability, (known = new WeakMap()));
  let may = known.get(plan);
  if (may === undefined) {
    may =
      plan.lists.every(({ listed }) => ability.can('read', listed.listing.policy.noun)) &&
      plan.shows.every(({ noun, field }) => ability.can('read', noun, field));
    known.set(plan, may);
  }
  return may;
}

/** A list with the arguments of this request. */
interface AskedList {
  plan: ListPlan;
  window: Window;
  where: object;
  row: AskedRow;
}

interface AskedRow {
  plan: RowPlan;
  tree: RowTree;
  parents: ReadonlyMap<string, AskedRow>;
  lists: ReadonlyMap<string, AskedList>;
}

type ListArgs = PageArgs & { filter?: Record<string, unknown> | null; orderBy?: Order | null };

/** Throws what the resolver would throw of arguments that it refuses. */
function ask(plan: ListPlan, ctx: GraphQLContext, variables: Record<string, unknown>): AskedList {
  const { listing, local, known, usually } = plan.listed;
  const args = getArgumentValues(
    plan.field as GraphQLField<unknown, unknown>,
    plan.node,
    variables,
  ) as ListArgs;
  checkArguments(plan.field, args);
  refuseTelling(plan.field as GraphQLField<unknown, unknown>, args, ctx.ability);
  const window = listing.windowOf(args, usually);
  const row = askRow(plan.row, ctx, variables, window.order.column);
  return { plan, window, where: listing.where(ctx, local(args.filter), known), row };
}

function askRow(
  plan: RowPlan,
  ctx: GraphQLContext,
  variables: Record<string, unknown>,
  ordered?: OrderColumn,
): AskedRow {
  const parents = new Map(
    [...plan.parents].map(([slot, parent]) => [slot, askRow(parent.row, ctx, variables)] as const),
  );
  const lists = new Map(plan.lists.map((list) => [list.slot, ask(list, ctx, variables)] as const));
  const tree: RowTree = {
    model: plan.model,
    columns: plan.columns,
    counts: plan.counts,
    parents: new Map(
      [...plan.parents].map(([slot, { relation }]) => [slot, { relation, tree: parents.get(slot)!.tree }]),
    ),
    lists: new Map(
      [...lists].map(([slot, list]) => [slot, { ...rowListOf(list), relation: list.plan.listed.relation! }]),
    ),
  };
  return { plan, tree: ordered ? withOrder(tree, ordered) : tree, parents, lists };
}

/** With what a cursor is made of: a column of the row, or of one that a relation leads to. */
function withOrder(tree: RowTree, { path }: OrderColumn): RowTree {
  const [column, inner] = path.split('.') as [string, string?];
  if (inner === undefined) return { ...tree, columns: new Set([...tree.columns, column]) };
  const known = tree.parents.get(column);
  const other = known?.tree ?? leafOf(findModelField(tree.model, column)!.type);
  const parent = { relation: column, tree: { ...other, columns: new Set([...other.columns, inner]) } };
  return { ...tree, parents: new Map([...tree.parents, [column, parent]]) };
}

const rowListOf = ({ plan, window, where, row }: AskedList): RowList => ({
  tree: row.tree,
  where,
  page: plan.needs.rows ? { where: window.where, orderBy: window.orderBy, take: window.take } : null,
  countLimit: plan.needs.count ? COUNT_LIMIT : null,
});

function answerList({ plan, window, row }: AskedList, read: ReadList, ctx: GraphQLContext): object {
  const { rows, hasNextPage, hasPreviousPage } = rowsOf(window, read.rows);
  const cursorOf = (at: ReadRow | undefined) => (at ? encodeCursor(window.order, at) : null);
  const pageInfo: Record<string, () => unknown> = {
    hasNextPage: () => hasNextPage,
    hasPreviousPage: () => hasPreviousPage,
    startCursor: () => cursorOf(rows[0]),
    endCursor: () => cursorOf(rows.at(-1)),
  };
  const answer: Record<string, unknown> = {};
  for (const part of plan.connection) {
    if (part.is === 'typename') answer[part.key] = part.name;
    else if (part.is === 'count') answer[part.key] = countOf(read.count!)[part.field];
    else if (part.is === 'pageInfo') {
      const info: Record<string, unknown> = {};
      for (const { key, name } of part.parts)
        info[key] = pageInfo[name]?.() ?? (name === '__typename' ? part.typename : null);
      answer[part.key] = info;
    } else {
      answer[part.key] = rows.map((at) => {
        const edge: Record<string, unknown> = {};
        for (const inner of part.parts) {
          if (inner.is === 'typename') edge[inner.key] = inner.name;
          else edge[inner.key] = inner.is === 'cursor' ? cursorOf(at) : answerRow(row, at, ctx);
        }
        return edge;
      });
    }
  }
  return answer;
}

function answerRow(asked: AskedRow, row: ReadRow, ctx: GraphQLContext): object {
  const answer: Record<string, unknown> = {};
  for (const part of asked.plan.parts) answer[part.key] = answerPart(asked, part, row, ctx);
  return answer;
}

function answerPart(asked: AskedRow, part: Part, row: ReadRow, ctx: GraphQLContext): unknown {
  if (part.is === 'value') return part.read(row, ctx);
  if (part.is === 'list')
    return answerList(asked.lists.get(part.list.slot)!, row[part.list.slot] as ReadList, ctx);
  const parent = row[part.slot] as ReadRow | null;
  // Rows of a list are scoped by its condition; one that a relation leads to may be out of reach.
  if (!parent || readableFields(ctx.ability, part.noun, parent).size === 0) return null;
  return answerRow(asked.parents.get(part.slot)!, parent, ctx);
}
