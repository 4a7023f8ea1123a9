import { listModelFields } from './datamodel.ts';
import type { Database, Prisma, Sql } from './database.ts';
import { fieldOf, UnsupportedError } from './row-conditions.ts';
import {
  readLists,
  type ReadList,
  type ReadRow,
  type RelatedRows,
  type RowList,
  type RowTree,
} from './row-tree.ts';

/** A `findMany` of Prisma that is not asked yet. */
export interface RowsQuery<M extends Prisma.ModelName = Prisma.ModelName, A = object> {
  model: M;
  args: A;
}

type Delegate<M extends Prisma.ModelName> = Database[Uncapitalize<M>];

export const rowsOf = <M extends Prisma.ModelName, const A extends Prisma.Args<Delegate<M>, 'findMany'>>(
  model: M,
  args: A,
): RowsQuery<M, A> => ({ model, args });

type RowsOf<Q> = Q extends RowsQuery<infer M, infer A> ? Prisma.Result<Delegate<M>, A, 'findMany'> : never;

/**
 * What several `findMany` would give, by one statement whose plan is kept: for what is read again and again. Throws
 * UnsupportedError for what row-tree.ts cannot read as Prisma does.
 */
export async function readTogether<Q extends Record<string, RowsQuery>>(
  sql: Sql,
  queries: Q,
): Promise<{ [K in keyof Q]: RowsOf<Q[K]> }> {
  const names = Object.keys(queries);
  const lists = names.map((name) => listOf(queries[name]!.model, queries[name]!.args));
  const read = await readLists(sql, lists);
  const rows = read.map((list, index) => rowsLikePrisma(lists[index]!.tree, list));
  return Object.fromEntries(names.map((name, index) => [name, rows[index]])) as never;
}

interface Args {
  where?: object;
  select?: Record<string, unknown>;
  include?: Record<string, unknown>;
  orderBy?: object | object[];
  take?: number;
}

function listOf(model: string, { where = {}, orderBy = { id: 'asc' }, take, ...shape }: Args): RowList {
  return {
    tree: treeOf(model, shape),
    where,
    page: { where: [], orderBy: Array.isArray(orderBy) ? orderBy : [orderBy], take: take ?? null },
    countLimit: null,
  };
}

function treeOf(model: string, { select, include, ...rest }: Args): RowTree {
  if (Object.keys(rest).length > 0) throw new UnsupportedError(Object.keys(rest).join(', '));
  const columns = listModelFields(model).filter(({ kind }) => kind === 'scalar' || kind === 'enum');
  const tree: RowTree & { parents: Map<string, unknown>; lists: Map<string, RelatedRows> } = {
    model,
    columns: columns.map(({ name }) => name).filter((name) => !select || select[name] === true),
    parents: new Map(),
    counts: new Map(),
    lists: new Map(),
  };
  for (const [relation, args] of Object.entries(select ?? include ?? {})) {
    const { kind, type, isList } = fieldOf(model, relation);
    if (kind !== 'object' || !args) continue;
    const shape: Args = args === true ? {} : args;
    if (isList) tree.lists.set(relation, { relation, ...listOf(type, shape) });
    else tree.parents.set(relation, { relation, tree: treeOf(type, shape) });
  }
  return tree;
}

/** Lists as arrays, under the names of their relations. */
function rowsLikePrisma(tree: RowTree, { rows }: ReadList): ReadRow[] {
  return rows.map((row) => rowLikePrisma(tree, row));
}

function rowLikePrisma(tree: RowTree, row: ReadRow): ReadRow {
  for (const [name, parent] of tree.parents)
    if (row[name] !== null) row[name] = rowLikePrisma(parent.tree, row[name] as ReadRow);
  for (const [name, list] of tree.lists) row[name] = rowsLikePrisma(list.tree, row[name] as ReadList);
  return row;
}
