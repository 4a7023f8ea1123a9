import { isAbstractType, type GraphQLSchema } from 'graphql';
import { GENERATED_NOTICE } from './generated-notice.ts';

/** Tells the cache which types a fragment on an interface or a union applies to; it cannot know otherwise. */
export const plugin = (schema: GraphQLSchema): { prepend: string[]; content: string } => {
  const entries = Object.values(schema.getTypeMap())
    .filter(isAbstractType)
    .map((type) => {
      const members = schema.getPossibleTypes(type).map((member) => `'${member.name}'`);
      return `  ${type.name}: [${members.sort().join(', ')}],`;
    });
  const content = ['export const possibleTypes = {', ...entries.sort(), '};', ''].join('\n');
  return { prepend: [GENERATED_NOTICE], content };
};
