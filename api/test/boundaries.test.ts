import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findCycles } from './source/cycles.ts';
import { type Import, listSources, parseImports, PROJECT_DIR, readImports } from './source/imports.ts';
import { betweenFolders, judge } from './source/rooms.ts';

const files = listSources('api/src', 'web', 'prisma', 'scripts', 'bench');
const imports = files.flatMap(readImports);

describe('Who may import whom', () => {
  it('reads the source of every room', () => {
    for (const folder of [
      'api/src/server/',
      'api/src/engine/',
      'web/app/',
      'prisma/',
      'scripts/',
      'bench/',
    ]) {
      expect(
        files.some((file) => file.startsWith(folder)),
        folder,
      ).toBe(true);
    }
    expect(imports.some(({ isTypeOnly }) => isTypeOnly)).toBe(true);
  });

  it('keeps the table of docs/architecture.md', () => {
    expect(imports.map(judge).filter((fault) => fault !== null)).toEqual([]);
  });

  it('finds no cycle among modules', () => {
    expect(findCycles(imports)).toEqual([]);
  });

  it('finds no two rooms that import each other, in types or by way of others', () => {
    const edges = betweenFolders(imports);
    expect(new Set(edges.map(({ file }) => file)).size).toBeGreaterThan(10);
    expect(findCycles(edges)).toEqual([]);
  });
});

/** A reader keeps about so much in mind at once; what grows beyond it is two concerns. */
const MOST_LINES = 300;
/** Files that earn to be longer, each with why. */
const LONGER: string[] = [];

it('no file of the API is too long to be read at once', () => {
  const own = listSources('api/src').filter(
    (file) => !file.endsWith('.test.ts') && !file.includes('/generated/'),
  );
  const linesOf = (file: string) =>
    readFileSync(join(PROJECT_DIR, file), 'utf8').trimEnd().split('\n').length;
  expect(own.length).toBeGreaterThan(100);
  expect(own.filter((file) => linesOf(file) > MOST_LINES)).toEqual(LONGER);
});

describe('The judge', () => {
  const faultsOf = (file: string, text: string) => parseImports(file, text).map(judge);

  it.each([
    ['api/src/platform/clock.ts', "import type { Viewer } from '../domains/policy.ts';"],
    ['api/src/drivers/mcp/mcp-port.ts', "import { Queue } from 'bullmq';"],
    ['api/src/drivers/mcp/mcp-port.ts', "export { x } from '../../domains/agent/agent.service.ts';"],
    ['api/src/engine/drive.ts', "const { x } = await import('../drivers/mcp/mcp-port.ts');"],
    ['api/src/engine/drive.ts', "import { builder } from '../graphql/builder.ts';"],
    ['api/src/domains/execution/execution.start.ts', "import { x } from '../../engine/drive.ts';"],
    ['api/src/domains/agent/agent.service.ts', "import { builder } from '../../graphql/builder.ts';"],
    [
      'api/src/domains/agent/agent.service.ts',
      "import { createMcpPort } from '../../drivers/mcp/mcp-port.ts';",
    ],
    ['api/src/domains/agent/agent.schema.ts', "import { x } from '../server/server.service.ts';"],
    ['api/src/domains/agent/agent.policy.ts', "import { readFileSync } from 'pg';"],
    ['api/src/domains/agent/agent.errors.ts', "import { x } from './agent.service.ts';"],
    ['api/src/server/app.ts', "import { x } from '../domains/agent/agent.service.ts';"],
    ['api/src/server/app.ts', "import { openMachine } from '../machine.ts';"],
    ['web/app/root.tsx', "import type { Viewer } from '../../api/src/domains/policy.ts';"],
    ['api/src/helpers.ts', "import 'zod';"],
  ])('refuses in %s: %s', (file, text) => {
    const [fault] = faultsOf(file, text);
    expect(fault).toContain(file);
  });

  it.each([
    ['api/src/worker.ts', "import { createMcpPort } from './drivers/mcp/mcp-port.ts';"],
    ['api/src/domains/agent/agent.service.ts', "import type { McpPort } from '../../drivers/driver.ts';"],
    ['api/src/domains/agent/agent.service.ts', "import { x } from '../server/server.service.ts';"],
    ['api/src/engine/worker.ts', "import { x } from '../domains/execution/execution.lifecycle.ts';"],
    ['api/src/domains/agent/agent.schema.ts', "import { x } from '../server/server.schema.ts';"],
  ])('allows in %s: %s', (file, text) => {
    expect(faultsOf(file, text)).toEqual([null]);
  });

  it('sees two rooms that import each other, if only their types', () => {
    const there = parseImports(
      'api/src/domains/task/task.service.ts',
      "import { countRuns } from '../execution/execution.uses.ts'; import { x } from '../listing.ts';",
    );
    const back = parseImports(
      'api/src/domains/execution/execution.schema.ts',
      "import type { TaskRef } from '../task/task.schema.ts'; import { y } from './execution.list.ts';",
    );
    expect(findCycles(betweenFolders([...there, ...back]))).toEqual([
      'domains/task → domains/execution → domains/task',
    ]);
    expect(findCycles(betweenFolders(there))).toEqual([]);
  });

  it('sees a cycle, and not one of types alone', () => {
    const edge = (file: string, target: string, isTypeOnly = false): Import => ({
      file,
      target,
      specifier: target,
      isTypeOnly,
    });
    expect(findCycles([edge('a', 'b'), edge('b', 'c'), edge('c', 'a')])).toEqual(['a → b → c → a']);
    expect(findCycles([edge('a', 'b'), edge('b', 'a', true)])).toEqual([]);
  });
});
