import type { ModelField } from './datamodel.ts';
import { Prisma, type Sql } from './database.ts';
import { planned } from './planned.ts';
import { conditionOf, fieldOf, joinOf, orderOf, Parameters, UnsupportedError } from './row-conditions.ts';

/**
 * Rows, their parents, their lists and counts, read by one statement: each list is a subquery that PostgreSQL answers per
 * row, by its own index and no further than its own limit. Conditions and orders are those of Prisma, so that a list has one
 * definition whichever way it is read.
 */

export interface RowTree {
  model: string;
  /** Columns by name. */
  columns: Iterable<string>;
  /** Relations to one row, by a name of the caller's. */
  parents: ReadonlyMap<string, { relation: string; tree: RowTree }>;
  /** Counts of related rows, as Prisma's `_count`, by the name of the relation. */
  counts: ReadonlyMap<string, object>;
  /** Lists of related rows, by a name of the caller's. */
  lists: ReadonlyMap<string, RelatedRows>;
}

/** Rows of which nothing but their ids is read. */
export const leafOf = (model: string): RowTree => ({
  model,
  columns: ['id'],
  parents: new Map(),
  counts: new Map(),
  lists: new Map(),
});

/** One list: its rows when `page` is there, how many there are when `countLimit` is. */
export interface RowList {
  tree: RowTree;
  where: object;
  /** Of the rows that are read: conditions of the page besides `where`, and how many at most. */
  page: { where: readonly object[]; orderBy: readonly object[]; take: number | null } | null;
  /** Rows are counted up to this many; null: not at all. */
  countLimit: number | null;
}

export interface RelatedRows extends RowList {
  relation: string;
}

export interface ReadList {
  rows: ReadRow[];
  /** Null when it was not asked for. */
  count: number | null;
}

/** Columns as Prisma gives them, parents as rows or null, `_count`, and lists under their names. */
export type ReadRow = Record<string, unknown>;

/** Throws UnsupportedError for what it cannot read in the same way as Prisma does. */
export async function readLists(sql: Sql, lists: readonly RowList[]): Promise<ReadList[]> {
  const parameters = new Parameters();
  const parts = lists.map((list, index) => `${listExpression(list, parameters, null)} AS "${index}"`);
  const text = `SELECT ${parts.join(', ')}`;
  const { hasPatterns, values } = parameters;
  const { rows } = await sql.query<Record<string, [unknown[][] | null, number | null]>>(
    // A plan that is kept for all patterns takes a rare text for a common one, or the other way round.
    hasPatterns ? { text, values } : planned(text, values),
  );
  return lists.map((list, index) => listOf(list, rows[0]![index]!));
}

/** `[rows, count]` as JSON. */
function listExpression(
  list: RowList,
  parameters: Parameters,
  parent: { model: string; alias: string; relation: string } | null,
): string {
  const { model } = list.tree;
  const from = (alias: string, conditions: readonly object[]) => {
    const join = parent ? [joinOf(parent, alias)] : [];
    const where = [...join, ...conditions.map((each) => conditionOf(model, alias, each, parameters))];
    return `FROM "${model}" ${alias} WHERE ${where.join(' AND ')}`;
  };
  const rows = list.page ? pageExpression(list.tree, list.page, parameters, from, list.where) : 'NULL';
  const count =
    list.countLimit === null ? 'NULL' : countExpression(list.countLimit, parameters, from, list.where);
  return `json_build_array(${rows}, ${count})`;
}

type From = (alias: string, conditions: readonly object[]) => string;

function countExpression(limit: number, parameters: Parameters, from: From, where: object): string {
  const [counted, row] = [parameters.nextAlias(), parameters.nextAlias()];
  // The limit stands in the text: a plan that does not know it takes it for a tenth of the rows.
  return `(SELECT count(*) FROM (SELECT 1 ${from(row, [where])} LIMIT ${limit}) ${counted})`;
}

function pageExpression(
  tree: RowTree,
  page: NonNullable<RowList['page']>,
  parameters: Parameters,
  from: From,
  where: object,
): string {
  const [inner, outer] = [parameters.nextAlias(), parameters.nextAlias()];
  const take = parameters.add(page.take);
  const rows = `SELECT ${inner}.* ${from(inner, [where, ...page.where])} ORDER BY ${orderOf(tree.model, inner, page.orderBy)} LIMIT ${take}`;
  return `(SELECT json_agg(${rowExpression(tree, outer, parameters)} ORDER BY ${orderOf(tree.model, outer, page.orderBy)}) FROM (${rows}) ${outer})`;
}

/** More would be more arguments than a function of PostgreSQL may have. */
const MOST_VALUES = 100;

function rowExpression(tree: RowTree, alias: string, parameters: Parameters): string {
  const { model } = tree;
  const values = [
    ...[...tree.columns].map((name) => columnExpression(fieldOf(model, name), alias)),
    ...[...tree.parents.values()].map(({ relation, tree: parent }) => {
      const row = parameters.nextAlias();
      return `(SELECT ${rowExpression(parent, row, parameters)} FROM "${parent.model}" ${row} WHERE ${joinOf({ model, alias, relation }, row)})`;
    }),
    ...[...tree.counts].map(([relation, where]) => {
      const row = parameters.nextAlias();
      const { type } = fieldOf(model, relation);
      return `(SELECT count(*) FROM "${type}" ${row} WHERE ${joinOf({ model, alias, relation }, row)} AND ${conditionOf(type, row, where, parameters)})`;
    }),
    ...[...tree.lists.values()].map((list) =>
      listExpression(list, parameters, { model, alias, relation: list.relation }),
    ),
  ];
  if (values.length > MOST_VALUES) throw new UnsupportedError(`${values.length} values of a row`);
  return `json_build_array(${values.join(', ')})`;
}

/** Numbers that JavaScript cannot hold travel as text. */
const columnExpression = ({ name, type }: ModelField, alias: string): string =>
  type === 'BigInt' || type === 'Decimal' ? `${alias}."${name}"::text` : `${alias}."${name}"`;

function listOf(list: RowList, [rows, count]: [unknown[][] | null, number | null]): ReadList {
  return { rows: rows?.map((values) => rowOf(list.tree, values)) ?? [], count };
}

function rowOf(tree: RowTree, values: readonly unknown[]): ReadRow {
  const row: ReadRow = {};
  let index = 0;
  for (const name of tree.columns) {
    const value = values[index++];
    const convert = value === null ? undefined : conversionOf(tree.model, name);
    row[name] = convert ? convert(value as string) : value;
  }
  for (const [name, parent] of tree.parents) {
    const parentValues = values[index++] as unknown[] | null;
    row[name] = parentValues && rowOf(parent.tree, parentValues);
  }
  if (tree.counts.size > 0)
    row['_count'] = Object.fromEntries(
      [...tree.counts.keys()].map((relation) => [relation, values[index++]]),
    );
  for (const [name, list] of tree.lists)
    row[name] = listOf(list, values[index++] as [unknown[][] | null, number | null]);
  return row;
}

/** What JSON has no type for. */
const CONVERSIONS: Readonly<Record<string, (text: string) => unknown>> = {
  DateTime: (text) => new Date(text),
  BigInt: (text) => BigInt(text),
  Decimal: (text) => new Prisma.Decimal(text),
};
const conversionOf = (model: string, name: string) => CONVERSIONS[fieldOf(model, name).type];
