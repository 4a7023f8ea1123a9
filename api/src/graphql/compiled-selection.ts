import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { UnsupportedError } from '../platform/row-conditions.ts';
import type { TypeAccess } from './authorization.ts';
import type { GraphQLContext } from './context.ts';

/** What a document selects of a type, in the order of the answer. */

export type Field = GraphQLField<unknown, GraphQLContext>;

export const fragmentsOf = ({ definitions }: DocumentNode): Fragments => ({
  fragments: new Map(
    definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition] as const] : [],
    ),
  ),
});

export interface Fragments {
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

export interface Selected {
  key: string;
  name: string;
  field: Field;
  nodes: readonly [FieldNode, ...FieldNode[]];
}

/** The fields of an object type that are selected, each key once; `__typename` has no `field`. */
export function fieldsOf(
  type: GraphQLObjectType,
  selections: readonly SelectionSetNode[],
  { fragments }: Fragments,
): Selected[] {
  const byKey = new Map<string, [FieldNode, ...FieldNode[]]>();
  const collect = ({ selections: nodes }: SelectionSetNode): void => {
    for (const node of nodes) {
      if (node.directives?.length) throw new UnsupportedError('a directive');
      if (node.kind === Kind.FIELD) {
        const key = (node.alias ?? node.name).value;
        const known = byKey.get(key);
        if (known) known.push(node);
        else byKey.set(key, [node]);
        continue;
      }
      const part = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value)! : node;
      const on = part.typeCondition?.name.value;
      const isOfType =
        on === undefined || on === type.name || type.getInterfaces().some(({ name }) => name === on);
      if (isOfType) collect(part.selectionSet);
    }
  };
  for (const selection of selections) collect(selection);
  return [...byKey].map(([key, nodes]) => {
    const name = nodes[0].name.value;
    return { key, name, field: type.getFields()[name] as Field, nodes };
  });
}

export const selectionsOf = (nodes: readonly FieldNode[]): SelectionSetNode[] =>
  nodes.flatMap(({ selectionSet }) => (selectionSet ? [selectionSet] : []));

export const accessOf = (type: GraphQLObjectType): TypeAccess | undefined =>
  (type.extensions as { pothosOptions?: { access?: TypeAccess } }).pothosOptions?.access;
