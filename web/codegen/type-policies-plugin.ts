import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { GENERATED_NOTICE } from './generated-notice.ts';

/** What a query can bring, and so what the cache keeps; the answer of a mutation is read once. */
function cachedTypes(schema: GraphQLSchema): GraphQLObjectType[] {
  const root = schema.getQueryType();
  const reached = new Set<GraphQLCompositeType>(root ? [root] : []);
  for (const type of reached) {
    const fields = 'getFields' in type ? Object.values(type.getFields()) : [];
    const members = isAbstractType(type) ? schema.getPossibleTypes(type) : [];
    for (const next of [...fields.map((field) => getNamedType(field.type)), ...members]) {
      if (isCompositeType(next)) reached.add(next);
    }
  }
  return [...reached].filter(isObjectType).filter((type) => type !== root);
}

/**
 * What is no node, such as a connection, belongs to the object that holds it, even when it has an `id` of its own. Two pages
 * may ask different fields of it, and neither loses its own to the other. Nodes need no word: the cache knows them by id.
 */
export const plugin = (schema: GraphQLSchema): { prepend: string[]; content: string } => {
  const entries = cachedTypes(schema)
    .filter((type) => !type.getInterfaces().some(({ name }) => name === 'Node'))
    .map(({ name }) => `  ${name}: inPlace,`);
  const content = [
    'const inPlace: TypePolicy = { keyFields: false, merge: true };',
    '',
    'export const typePolicies: TypePolicies = {',
    ...entries.sort(),
    '};',
    '',
  ].join('\n');
  return {
    prepend: [GENERATED_NOTICE, "import type { TypePolicies, TypePolicy } from '@apollo/client';"],
    content,
  };
};
