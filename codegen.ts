import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { CodegenConfig } from '@graphql-codegen/cli';
import { Kind, parse, visit, type DocumentNode } from 'graphql';
import * as hooksPlugin from './web/codegen/hooks-plugin.ts';
import * as possibleTypesPlugin from './web/codegen/possible-types-plugin.ts';
import * as typePoliciesPlugin from './web/codegen/type-policies-plugin.ts';

const APP = 'web/app';
const ownPlugins = {
  'apollo-hooks': hooksPlugin,
  'possible-types': possibleTypesPlugin,
  'type-policies': typePoliciesPlugin,
};

interface Source {
  path: string;
  document: DocumentNode;
}

const sources: Source[] = readdirSync(APP, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.graphql'))
  .sort()
  .map((path) => {
    const full = join(APP, path).split(sep).join('/');
    return { path: full, document: parse(readFileSync(full, 'utf8')) };
  });

const fragmentFiles = new Map<string, Source>();
for (const source of sources) {
  for (const definition of source.document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragmentFiles.set(definition.name.value, source);
  }
}

/** The files of a module and, transitively, those that define a fragment it spreads. */
function withFragments(own: Source[]): string[] {
  const needed = new Set(own);
  for (const source of needed) {
    visit(source.document, {
      FragmentSpread(spread) {
        const file = fragmentFiles.get(spread.name.value);
        if (!file) throw new Error(`${source.path}: no file defines the fragment ${spread.name.value}.`);
        needed.add(file);
      },
    });
  }
  return [...needed].map((source) => source.path).sort();
}

const moduleNames = [
  ...new Set(sources.map((source) => source.path.match(/\/modules\/([^/]+)\//)?.[1])),
].filter((name): name is string => name !== undefined);

// One file a module, so that a page loads the operations of its module and not those of the whole dashboard.
const generates = Object.fromEntries(
  moduleNames.map((name) => [
    `${APP}/gql/${name}.ts`,
    {
      documents: withFragments(sources.filter((source) => source.path.includes(`/modules/${name}/`))),
      // The hooks first, because their notice has to stand above everything else.
      plugins: ['apollo-hooks', 'typescript-operations', 'typed-document-node'],
    },
  ]),
);

const config: CodegenConfig = {
  schema: './schema.graphql',
  generates: {
    ...generates,
    [`${APP}/gql/possible-types.ts`]: { plugins: ['possible-types'] },
    [`${APP}/gql/type-policies.ts`]: { plugins: ['type-policies'] },
  },
  config: {
    strictScalars: true,
    scalars: {
      ID: 'string',
      DateTime: 'string',
      Decimal: 'string',
      JSON: 'unknown',
      JSONObject: 'Record<string, unknown>',
    },
    namingConvention: { typeNames: 'change-case-all#pascalCase', transformUnderscore: true },
    dedupeOperationSuffix: true,
    nonOptionalTypename: true,
    skipTypeNameForRoot: true,
    useTypeImports: true,
  },
  pluginLoader: async (name) =>
    Object.entries(ownPlugins).find(([own]) => name.endsWith(own))?.[1] ?? import(name),
  errorsOnly: true,
};

export default config;
