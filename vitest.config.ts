import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const root = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  test: {
    // Every test that is skipped on purpose says so in the summary; a stray `.only` must not hide the others.
    allowOnly: !process.env['CI'],
    // By default one core is kept for the terminal; most of the time here is spent in waiting for services.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        // The bundler's entry of graphql is another instance than the one that our dependencies load.
        resolve: { alias: [{ find: /^graphql$/, replacement: root('./node_modules/graphql/index.js') }] },
        test: {
          name: 'api',
          environment: 'node',
          // Loading the schema takes longer than most files: a worker loads it once, and nothing keeps state in a module.
          isolate: false,
          include: [
            'api/src/**/*.test.ts',
            'api/test/**/*.test.ts',
            'prisma/**/*.test.ts',
            'scripts/**/*.test.ts',
            'bench/**/*.test.ts',
          ],
          // One PostgreSQL and one Redis for the whole run; each file clones its own database from them.
          globalSetup: ['api/test/setup/services.ts'],
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'web',
          environment: 'jsdom',
          isolate: false,
          include: ['web/app/**/*.test.{ts,tsx}', 'web/test/**/*.test.{ts,tsx}', 'web/server/**/*.test.ts'],
          setupFiles: existsSync(root('./web/test/setup.ts')) ? ['web/test/setup.ts'] : [],
          testTimeout: 15_000,
        },
      },
      {
        test: {
          name: 'e2e',
          globalSetup: ['e2e/setup/studio.ts'],
          environment: 'node',
          include: ['e2e/**/*.test.ts'],
          testTimeout: 180_000,
          hookTimeout: 300_000,
          // Whole studios and a browser: one at a time, and not beside the other projects.
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
