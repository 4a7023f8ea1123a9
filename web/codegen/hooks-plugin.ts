import { Kind, type DocumentNode } from 'graphql';
import { GENERATED_NOTICE } from './generated-notice.ts';

/**
 * Emits `use<Operation>` hooks over Apollo Client 4 for the documents that typed-document-node writes into the same
 * file. The published React plugin targets Apollo 3 and its output does not compile against version 4.
 */
interface PluginOutput {
  prepend: string[];
  content: string;
}

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const pascalCase = (name: string): string => name.split('_').map(capitalized).join('');

function hookFor(name: string, operation: string, needsVariables: boolean): string {
  const documentName = `${pascalCase(name)}Document`;
  const suffix = capitalized(operation);
  // The same rule as `dedupeOperationSuffix`: `AgentsPage_Query` becomes `AgentsPageQuery`.
  const type = pascalCase(name).endsWith(suffix) ? pascalCase(name) : pascalCase(name) + suffix;
  const generics = `<${type}, ${type}Variables>`;
  if (operation === 'mutation') {
    return `export const use${type} = (options?: useMutation.Options${generics}) => useMutation(${documentName}, options);`;
  }
  // Without `returnPartialData?: false` the overload for partial data is chosen, which makes every field optional.
  const options =
    operation === 'query'
      ? `useQuery.Options${generics} & { returnPartialData?: false }`
      : `useSubscription.Options${generics}`;
  return needsVariables
    ? `export const use${type} = (options: ${options}) => use${suffix}(${documentName}, options);`
    : `export const use${type} = (options?: ${options}) => use${suffix}(${documentName}, options ?? {});`;
}

export const plugin = (_schema: unknown, files: { document?: DocumentNode }[]): PluginOutput => {
  const used = new Set<string>();
  const hooks: string[] = [];
  for (const definition of files.flatMap((file) => file.document?.definitions ?? [])) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    if (!definition.name) throw new Error('Every operation needs a name: its hook is called after it.');
    used.add(`use${capitalized(definition.operation)}`);
    const needsVariables = (definition.variableDefinitions ?? []).some(
      (variable) => variable.type.kind === Kind.NON_NULL_TYPE && !variable.defaultValue,
    );
    hooks.push(hookFor(definition.name.value, definition.operation, needsVariables));
  }
  const hookImport =
    used.size > 0 ? [`import { ${[...used].sort().join(', ')} } from '@apollo/client/react';`] : [];
  return { prepend: [GENERATED_NOTICE, ...hookImport], content: hooks.join('\n') };
};
