import { type GraphQLSchema, isAbstractType } from 'graphql';

/**
 * Interface or union → its members, as JSON. A client with a normalised cache that does not know them drops
 * `... on Error` without a word.
 */
export function printPossibleTypes(schema: GraphQLSchema): string {
  const entries = Object.values(schema.getTypeMap())
    .filter(isAbstractType)
    .map((type): [string, string[]] => [
      type.name,
      schema
        .getPossibleTypes(type)
        .map(({ name }) => name)
        .sort(),
    ])
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`;
}
