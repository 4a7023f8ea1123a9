import { isInterfaceType, type GraphQLSchema } from 'graphql';

/** Tells the cache which types a fragment on an interface applies to; it cannot know otherwise. */
export const plugin = (schema: GraphQLSchema): string => {
  const entries = Object.values(schema.getTypeMap())
    .filter(isInterfaceType)
    .map((type) => {
      const members = schema.getPossibleTypes(type).map((member) => `'${member.name}'`);
      return `  ${type.name}: [${members.sort().join(', ')}],`;
    });
  return ['export const possibleTypes = {', ...entries.sort(), '};'].join('\n');
};
