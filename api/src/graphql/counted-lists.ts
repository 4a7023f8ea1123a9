import type { FieldNode, GraphQLResolveInfo } from 'graphql';
import { COUNT_LIMIT, type Count, countOf } from '../domains/capped-count.ts';
import { findModelField } from '../platform/datamodel.ts';
import { leafOf, type ReadList, readLists, type RelatedRows } from '../platform/row-tree.ts';
import type { GraphQLContext } from './context.ts';

/**
 * The counts of a list within other rows, where the executor resolves it: `_count` of Prisma knows no limit. Those that one
 * turn of the event loop asks for, of one field for each row of a page, are read by one statement.
 */
export function countRelated(
  ctx: GraphQLContext,
  {
    info,
    id,
    relation,
    where,
  }: { info: GraphQLResolveInfo; id: string; relation: string; where: () => object },
): Promise<Count> {
  let ofOperation = asked.get(ctx);
  if (!ofOperation) asked.set(ctx, (ofOperation = new Map()));
  // The field stands for its arguments and its parents' type: in one operation they are the same for each row.
  const field = info.fieldNodes[0]!;
  const open = ofOperation;
  let batch = open.get(field);
  if (!batch) {
    const { pothosPrismaModel } = info.parentType.extensions as { pothosPrismaModel: string };
    const ids = new Set<string>();
    const read = new Promise((resolve) => setImmediate(resolve)).then(() => {
      open.delete(field);
      return readCounts(ctx, { model: pothosPrismaModel, ids: [...ids], relation, where: where() });
    });
    open.set(field, (batch = { ids, read }));
  }
  batch.ids.add(id);
  return batch.read.then((counts) => countOf(counts.get(id) ?? 0));
}

interface Batch {
  ids: Set<string>;
  read: Promise<ReadonlyMap<string, number>>;
}
const asked = new WeakMap<GraphQLContext, Map<FieldNode, Batch>>();

/** By the id of the row that the list is in. */
async function readCounts(
  ctx: GraphQLContext,
  { model, ids, relation, where }: { model: string; ids: string[]; relation: string; where: object },
): Promise<ReadonlyMap<string, number>> {
  const related: RelatedRows = {
    relation,
    tree: leafOf(findModelField(model, relation)!.type),
    where,
    page: null,
    countLimit: COUNT_LIMIT,
  };
  const [list] = await readLists(ctx.sql, [
    {
      tree: { ...leafOf(model), lists: new Map([[relation, related]]) },
      where: { id: { in: ids } },
      page: { where: [], orderBy: [{ id: 'asc' }], take: ids.length },
      countLimit: null,
    },
  ]);
  return new Map(list!.rows.map((row) => [row['id'] as string, (row[relation] as ReadList).count!]));
}
