import js from '@eslint/js';
import graphql from '@graphql-eslint/eslint-plugin';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

/** The plugin remembers the first configuration it sees, so schema and operations share one. */
const graphqlLanguage = {
  parser: graphql.parser,
  parserOptions: { graphQLConfig: { schema: 'schema.graphql', documents: 'web/app/**/*.graphql' } },
};
const sources = ['**/*.ts', '**/*.tsx', '**/*.js', '**/*.mjs'];
const typeAware = ['**/*.ts', '**/*.tsx'];
const tests = ['**/*.test.ts', '**/*.test.tsx', '**/test/**'];

/** The ways in which a file of a room, or of a folder in it, names another room. */
const rooms = (...names) => names.flatMap((name) => [`../${name}/**`, `../../${name}/**`]);

/** What a room may not reach for (docs/architecture.md); finer rules are in the boundaries test. */
const forbid = (files, group, message) => ({
  files,
  ignores: tests,
  rules: { 'no-restricted-imports': ['error', { patterns: [{ group, message }] }] },
});

export default tseslint.config(
  {
    ignores: ['**/dist/', '**/build/', '**/generated/', 'web/app/gql/', 'coverage/', '.turbo/', '.studio/'],
  },
  { files: sources, extends: [js.configs.recommended, tseslint.configs.recommended] },
  {
    files: ['schema.graphql'],
    languageOptions: graphqlLanguage,
    plugins: { '@graphql-eslint': graphql },
    rules: {
      // The explorer is read by people who have never seen the code.
      '@graphql-eslint/require-description': [
        'error',
        { types: true, FieldDefinition: true, InputValueDefinition: true, EnumValueDefinition: true },
      ],
      '@graphql-eslint/require-deprecation-reason': 'error',
      '@graphql-eslint/no-typename-prefix': 'error',
      '@graphql-eslint/unique-enum-value-names': 'error',
    },
  },
  {
    files: ['web/app/**/*.graphql'],
    languageOptions: graphqlLanguage,
    plugins: { '@graphql-eslint': graphql },
    rules: {
      '@graphql-eslint/no-anonymous-operations': 'error',
      '@graphql-eslint/no-deprecated': 'error',
      '@graphql-eslint/no-unused-variables': 'error',
      '@graphql-eslint/unique-operation-name': 'error',
      '@graphql-eslint/unique-fragment-name': 'error',
    },
  },
  {
    files: typeAware,
    languageOptions: {
      parserOptions: {
        project: ['api/tsconfig.json', 'web/tsconfig.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-namespace': ['error', { allowDeclarations: true }],
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // The compiler reports these, and knows better which are meant.
      '@typescript-eslint/no-unused-vars': 'off',
      'no-undef': 'off',
    },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        fetch: 'readonly',
        AbortSignal: 'readonly',
        WebSocket: 'readonly',
        TextDecoder: 'readonly',
        window: 'readonly',
        document: 'readonly',
        navigator: 'readonly',
        localStorage: 'readonly',
      },
    },
  },
  {
    // Output goes through the logger, which knows the request and removes secrets.
    files: ['api/src/**', 'web/app/**'],
    ignores: ['api/src/graphql/print.ts', 'api/src/print-permissions.ts'],
    rules: { 'no-console': 'error' },
  },
  {
    files: ['api/src/**/*.ts'],
    ignores: ['api/src/env.ts', 'api/src/main.ts', 'api/src/worker.ts', ...tests],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "MemberExpression[object.name='process'][property.name='env']",
          message: 'Settings are read in env.ts alone.',
        },
      ],
    },
  },
  {
    files: ['web/**/*.ts', 'web/**/*.tsx'],
    plugins: { 'react-hooks': reactHooks },
    rules: {
      'react-hooks/rules-of-hooks': 'error',
      'react-hooks/exhaustive-deps': 'error',
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: ['**/api/src/**', '**/prisma/**', '@prisma/*', '@studio/api'],
              message: 'The dashboard knows the API by schema.graphql alone.',
            },
          ],
        },
      ],
    },
  },
  {
    // A test server's handler may be asynchronous: what it throws fails the test.
    files: tests,
    rules: { '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }] },
  },
  forbid(
    ['api/src/platform/**/*.ts'],
    rooms('domains', 'engine', 'drivers', 'server', 'graphql'),
    'platform/ is the ground floor.',
  ),
  forbid(
    ['api/src/drivers/**/*.ts'],
    [...rooms('domains', 'engine', 'server', 'graphql', 'generated'), '@prisma/*', 'bullmq', 'ioredis'],
    'Drivers know the outside world, not ours.',
  ),
  forbid(
    ['api/src/engine/**/*.ts'],
    [...rooms('server', 'graphql'), '@prisma/client'],
    'The engine knows no transport and no rows.',
  ),
  forbid(
    ['api/src/domains/**/*.schema.ts'],
    ['bullmq', 'ioredis', '../../drivers/*/**', '../../engine/**'],
    'A resolver translates and delegates to its service.',
  ),
  forbid(
    ['api/src/domains/**/*.service.ts'],
    ['../../server/**', '../../graphql/builder*'],
    'A service knows no transport.',
  ),
);
