import { Kind, print, visit, type DocumentNode, type FieldNode } from 'graphql';

const TYPE_NAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

const texts = new WeakMap<DocumentNode, string>();

/** As the browser would send it: each object says its type, by which unions are told apart and rows are kept. */
export function operationText(document: DocumentNode): string {
  const known = texts.get(document);
  if (known !== undefined) return known;
  const text = print(
    visit(document, {
      SelectionSet(node, _key, parent) {
        const isOfRoot =
          parent &&
          'kind' in parent &&
          (parent.kind === Kind.OPERATION_DEFINITION ||
            (parent.kind === Kind.FRAGMENT_DEFINITION && parent.typeCondition.name.value === 'Query'));
        const hasTypeName = node.selections.some(
          (selection) => selection.kind === Kind.FIELD && selection.name.value === '__typename',
        );
        if (isOfRoot || hasTypeName) return undefined;
        return { ...node, selections: [TYPE_NAME, ...node.selections] };
      },
    }),
  );
  texts.set(document, text);
  return text;
}

export const operationName = (document: DocumentNode): string | undefined =>
  document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION)?.name?.value;
