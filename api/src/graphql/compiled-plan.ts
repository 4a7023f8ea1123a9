import { encodeGlobalID } from '@pothos/plugin-relay';
import {
  type FieldNode,
  getNamedType,
  getNullableType,
  getOperationAST,
  type GraphQLObjectType,
  type GraphQLSchema,
  isObjectType,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql';
import type { Count } from '../domains/capped-count.ts';
import type { Listing, Order } from '../domains/listing.ts';
import type { Noun } from '../domains/policy.ts';
import { findModelField } from '../platform/datamodel.ts';
import { UnsupportedError } from '../platform/row-conditions.ts';
import type { ReadRow } from '../platform/row-tree.ts';
import { policyField, type TypeAccess } from './authorization.ts';
import type { NamedOperation } from './compiled-document.ts';
import {
  accessOf,
  type Field,
  fieldsOf,
  type Fragments,
  fragmentsOf,
  type Selected,
  selectionsOf,
} from './compiled-selection.ts';
import { readerOf } from './compiled-value.ts';
import type { GraphQLContext } from './context.ts';

/**
 * A query of lists as a plan, made once per document: what to read as one tree of rows, and how an answer is made of it
 * without the executor. Throws UnsupportedError where a selection holds anything but lists, columns, relations to one row,
 * and values that follow from these at once: such an operation is executed.
 */
export interface Plan {
  operation: OperationDefinitionNode;
  lists: readonly ListPlan[];
  /** Fields of policies that the answer shows. */
  shows: readonly { noun: Noun; field: string }[];
}

/** What `defineList` says of a connection. */
export interface ListedField {
  listing: Listing;
  /** The relation of Prisma that it follows; null for all rows of the noun. */
  relation: string | null;
  known?: string;
  usually?: Order;
  local(filter: Record<string, unknown> | null | undefined): Record<string, unknown>;
}

export interface ListPlan {
  /** In the answer. */
  key: string;
  /** Among the lists of a row. */
  slot: string;
  field: Field;
  node: FieldNode;
  listed: ListedField;
  row: RowPlan;
  needs: { rows: boolean; count: boolean };
  connection: readonly ConnectionPart[];
}

export type ConnectionPart =
  | { key: string; is: 'typename'; name: string }
  | { key: string; is: 'count'; field: keyof Count }
  | { key: string; is: 'pageInfo'; parts: readonly { key: string; name: string }[]; typename: string }
  | { key: string; is: 'edges'; parts: readonly EdgePart[] };
export type EdgePart =
  { key: string; is: 'typename'; name: string } | { key: string; is: 'cursor' } | { key: string; is: 'node' };

export interface RowPlan {
  model: string;
  columns: ReadonlySet<string>;
  parents: ReadonlyMap<string, ParentPlan>;
  counts: ReadonlyMap<string, object>;
  lists: readonly ListPlan[];
  parts: readonly Part[];
}

/** A row that a relation leads to. */
export interface ParentPlan {
  relation: string;
  row: RowPlan;
}

/** One field of an answer. */
export type Part =
  | { key: string; is: 'value'; read: (row: ReadRow, ctx: GraphQLContext) => unknown }
  | { key: string; is: 'parent'; slot: string; noun: Noun; row: RowPlan }
  | { key: string; is: 'list'; list: ListPlan };

interface Sources extends Fragments {
  shows: Plan['shows'][number][];
  lists: number;
}

export function planOf(schema: GraphQLSchema, { document, operationName }: NamedOperation): Plan {
  const operation = getOperationAST(document, operationName);
  if (operation?.operation !== OperationTypeNode.QUERY) throw new UnsupportedError('no query');
  const sources: Sources = { ...fragmentsOf(document), shows: [], lists: 0 };
  const root = schema.getQueryType()!;
  const lists = fieldsOf(root, [operation.selectionSet], sources).map(({ key, field, nodes }) =>
    listPlan(key, field, nodes, sources),
  );
  return { operation, lists, shows: sources.shows };
}

function listPlan(key: string, field: Field, nodes: Selected['nodes'], sources: Sources): ListPlan {
  const listed = field?.extensions['listed'] as ListedField | undefined;
  if (!listed) throw new UnsupportedError(`${key} is no list`);
  const type = getNamedType(field.type) as GraphQLObjectType;
  const needs = { rows: false, count: false };
  const nodeSelections: SelectionSetNode[] = [];
  const connection = fieldsOf(type, selectionsOf(nodes), sources).map((selected): ConnectionPart => {
    const { name } = selected;
    if (name === '__typename') return { key: selected.key, is: 'typename', name: type.name };
    if (name === 'totalCount' || name === 'isCapped') {
      needs.count = true;
      return { key: selected.key, is: 'count', field: name };
    }
    needs.rows = true;
    const inner = getNamedType(selected.field.type) as GraphQLObjectType;
    const parts = fieldsOf(inner, selectionsOf(selected.nodes), sources);
    if (name === 'pageInfo')
      return {
        key: selected.key,
        is: 'pageInfo',
        typename: inner.name,
        parts: parts.map((part) => ({ key: part.key, name: part.name })),
      };
    if (name !== 'edges') throw new UnsupportedError(`${type.name}.${name}`);
    return {
      key: selected.key,
      is: 'edges',
      parts: parts.map((part) => edgePart(inner, part, nodeSelections)),
    };
  });
  const edge = getNamedType(type.getFields()['edges']!.type) as GraphQLObjectType;
  const nodeType = getNamedType(edge.getFields()['node']!.type) as GraphQLObjectType;
  const slot = (sources.lists += 1);
  const row = rowPlan(nodeType, nodeSelections, sources);
  return { key, slot: `${key}_${slot}`, field, node: nodes[0], listed, row, needs, connection };
}

function edgePart(
  type: GraphQLObjectType,
  { key, name, nodes }: Selected,
  nodeSelections: SelectionSetNode[],
): EdgePart {
  if (name === '__typename') return { key, is: 'typename', name: type.name };
  if (name === 'cursor') return { key, is: 'cursor' };
  // Two selections of the rows under different keys would be two kinds of rows.
  if (name !== 'node' || nodeSelections.length > 0) throw new UnsupportedError(`${type.name}.${name}`);
  nodeSelections.push(...selectionsOf(nodes));
  return { key, is: 'node' };
}

interface NewRow extends RowPlan {
  columns: Set<string>;
  parents: Map<string, NewParent>;
  counts: Map<string, object>;
  lists: ListPlan[];
  parts: Part[];
}
interface NewParent extends ParentPlan {
  row: NewRow;
}

const newRow = (model: string): NewRow => ({
  ...{ model, columns: new Set(), parents: new Map(), counts: new Map(), lists: [], parts: [] },
});

/** Of a row that is selected as `extensions.pothosPrismaSelect` says. */
type Select = Readonly<Record<string, unknown>>;

function rowPlan(type: GraphQLObjectType, selections: readonly SelectionSetNode[], sources: Sources): NewRow {
  const extensions = type.extensions as { pothosPrismaModel?: string; pothosPrismaSelect?: Select };
  const access = accessOf(type);
  const model = extensions.pothosPrismaModel;
  if (model === undefined || access === undefined || access === 'carried')
    throw new UnsupportedError(`${type.name} is no row`);
  const plan = newRow(model);
  plan.columns.add('id');
  addSelect(plan, extensions.pothosPrismaSelect ?? {});
  for (const selected of fieldsOf(type, selections, sources)) {
    if (selected.name !== '__typename')
      sources.shows.push({ noun: access.noun, field: policyField(access, selected.name) });
    plan.parts.push(partOf(type, plan, selected, sources));
  }
  return plan;
}

function partOf(
  type: GraphQLObjectType,
  plan: NewRow,
  { key, name, field, nodes }: Selected,
  sources: Sources,
): Part {
  if (name === '__typename') return { key, is: 'value', read: () => type.name };
  const { listed, pothosPrismaRelationField, pothosPrismaSelect } = field.extensions as {
    listed?: ListedField;
    pothosPrismaRelationField?: boolean;
    pothosPrismaSelect?: Select | RelationSelect;
  };
  if (listed) {
    const list = listPlan(key, field, nodes, sources);
    plan.lists.push(list);
    return { key, is: 'list', list };
  }
  if (field.args.length > 0) throw new UnsupportedError(`${type.name}.${name} has arguments`);
  if (pothosPrismaRelationField) {
    const parentType = getNullableType(field.type);
    if (!isObjectType(parentType)) throw new UnsupportedError(`${type.name}.${name} is a list`);
    const relation = relationOf(pothosPrismaSelect as RelationSelect, `${type.name}.${name}`);
    const access = accessOf(parentType) as Exclude<TypeAccess, 'carried'>;
    const row = rowPlan(parentType, selectionsOf(nodes), sources);
    // Apart from the same row as a computed field may need it.
    const slot = `${key}_${plan.parents.size}`;
    plan.parents.set(slot, { relation, row });
    return { key, is: 'parent', slot, noun: access.noun, row };
  }
  if (name === 'id')
    return { key, is: 'value', read: (row) => encodeGlobalID(type.name, row['id'] as string) };
  if (typeof pothosPrismaSelect === 'function') throw new UnsupportedError(`${type.name}.${name}`);
  addSelect(plan, pothosPrismaSelect ?? {});
  return { key, is: 'value', read: readerOf(type, { field, nodes }, sources) };
}

type RelationSelect = (
  args: object,
  ctx: null,
  nested: (query: object) => object,
) => { select: Record<string, object> };

/** The relation behind a field of `t.relation` that selects in no special way. */
function relationOf(select: RelationSelect, place: string): string {
  let isPlain = true;
  const { select: relations } = select({}, null, (query) => {
    isPlain &&= Object.keys(query ?? {}).length === 0;
    return {};
  });
  const [relation, ...more] = Object.keys(relations);
  if (!isPlain || relation === undefined || more.length > 0) throw new UnsupportedError(place);
  return relation;
}

/** Adds what a computed field is computed from. */
function addSelect(plan: NewRow, select: Select): void {
  for (const [name, value] of Object.entries(select)) {
    if (name === '_count') {
      const { select: counts } = value as { select: Record<string, { where?: object }> };
      for (const [relation, { where }] of Object.entries(counts)) {
        if (plan.counts.has(relation) && plan.counts.get(relation) !== where)
          throw new UnsupportedError(`two counts of ${relation}`);
        plan.counts.set(relation, where ?? {});
      }
      continue;
    }
    if (findModelField(plan.model, name)?.kind !== 'object') {
      plan.columns.add(name);
      continue;
    }
    const related = findModelField(plan.model, name)!;
    const inner = (value as { select?: Select }).select;
    if (related.isList || !inner) throw new UnsupportedError(`${plan.model}.${name}`);
    let parent = plan.parents.get(name);
    if (!parent) plan.parents.set(name, (parent = { relation: name, row: newRow(related.type) }));
    addSelect(parent.row, inner);
  }
}
