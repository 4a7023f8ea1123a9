import { Kind, type DocumentNode } from 'graphql';
import { GENERATED_NOTICE } from './generated-notice.ts';

/**
 * Emits `use<Operation>` hooks over `lib/api/hooks.ts` for the documents that typed-document-node writes into the same
 * file. The published React plugin targets Apollo 3, and a page from the server has no client at all.
 */
interface PluginOutput {
  prepend: string[];
  content: string;
}

const IMPORTS: Record<string, string[]> = {
  Query: [
    "import { useQuery } from '#app/lib/api/hooks.ts';",
    "import type { QueryOptions } from '#app/lib/api/page-query.ts';",
  ],
  Mutation: [
    "import { useMutation } from '#app/lib/api/hooks.ts';",
    "import type { useMutation as MutationHook } from '@apollo/client/react';",
  ],
  Subscription: [
    "import { useSubscription } from '#app/lib/api/hooks.ts';",
    "import type { useSubscription as SubscriptionHook } from '@apollo/client/react';",
  ],
};
const OPTIONS: Record<string, string> = {
  Query: 'QueryOptions',
  Mutation: 'MutationHook.Options',
  Subscription: 'SubscriptionHook.Options',
};

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const pascalCase = (name: string): string => name.split('_').map(capitalized).join('');

function hookFor(name: string, operation: string, needsVariables: boolean): string {
  const documentName = `${pascalCase(name)}Document`;
  const suffix = capitalized(operation);
  // The same rule as `dedupeOperationSuffix`: `AgentsPage_Query` becomes `AgentsPageQuery`.
  const type = pascalCase(name).endsWith(suffix) ? pascalCase(name) : pascalCase(name) + suffix;
  const hook = `use${suffix}`;
  const options = `options${needsVariables ? '' : '?'}: ${OPTIONS[suffix]}<${type}, ${type}Variables>`;
  return `export const use${type} = (${options}) => ${hook}(${documentName}, options${needsVariables ? '' : ' ?? {}'});`;
}

export const plugin = (_schema: unknown, files: { document?: DocumentNode }[]): PluginOutput => {
  const used = new Set<string>();
  const hooks: string[] = [];
  for (const definition of files.flatMap((file) => file.document?.definitions ?? [])) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    if (!definition.name) throw new Error('Every operation needs a name: its hook is called after it.');
    const suffix = capitalized(definition.operation);
    used.add(suffix);
    // The variables of a mutation are given when it is sent.
    const needsVariables =
      suffix !== 'Mutation' &&
      (definition.variableDefinitions ?? []).some(
        (variable) => variable.type.kind === Kind.NON_NULL_TYPE && !variable.defaultValue,
      );
    hooks.push(hookFor(definition.name.value, definition.operation, needsVariables));
  }
  return {
    prepend: [GENERATED_NOTICE, ...[...used].sort().flatMap((suffix) => IMPORTS[suffix] ?? [])],
    content: hooks.join('\n'),
  };
};
