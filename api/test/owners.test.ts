import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Prisma } from '../src/generated/prisma/client.ts';
import { modelsWithoutRoom } from './source/glossary.ts';
import { listSources, PROJECT_DIR } from './source/imports.ts';

/**
 * A noun reads and writes its own tables. What it needs to know of another, that one says in its `<noun>.uses.ts`: so a
 * rule about a row stands in one place.
 */
const OWNERS: Record<string, string> = {
  agent: 'agent',
  agentRevision: 'agent',
  agentToolPermission: 'tool',
  approval: 'approval',
  auditEntry: 'audit',
  auditHead: 'audit',
  executionEvent: 'execution-event',
  executionFollowUp: 'execution',
  executionMonth: 'execution',
  executionSearchText: 'execution',
  executionStep: 'execution',
  idempotencyKey: 'execution',
  inputRequest: 'input-request',
  modelProvider: 'model',
  organization: 'organization',
  refreshToken: 'user',
  serverConfiguration: 'server',
  serverCredential: 'server',
  serverHealthSample: 'server',
  serverTool: 'tool',
  session: 'user',
  signingKey: 'user',
  task: 'task',
  taskLastRun: 'task',
  taskExecution: 'execution',
  toolDefinition: 'tool',
  user: 'user',
};

/** Each costs a statement less where every run passes. */
const EXCEPTIONS: Record<string, string[]> = {
  // The end of the log stands in the row of its run.
  'execution-event/execution-event.tail.ts': ['taskExecution'],
  // One read gives the agent, the permission, the tool and its server, for each call.
  'tool/agent-tools.ts': ['agent'],
  // A catalogue is brought in line with one server at a time.
  'tool/tool-sync.service.ts': ['serverConfiguration'],
};

const FOLDER = 'api/src/domains/';
const ACCESS = /\b(?:tx|db|prisma)\s*\.(\w+)\s*\.|lockRow\(\s*\w+,\s*'(\w+)'/g;
const decapitalized = (name: string) => name[0]!.toLowerCase() + name.slice(1);

/** The tables of other nouns that a file of a noun touches. */
function foreignTables(file: string, text: string): string[] {
  const noun = file.split('/')[0]!;
  const tables = [...text.matchAll(ACCESS)].map(([, model, table]) => model ?? decapitalized(table!));
  return [...new Set(tables)].filter((table) => table in OWNERS && OWNERS[table] !== noun);
}

const files = listSources('api/src/domains')
  .filter((file) => file.slice(FOLDER.length).includes('/'))
  .map((file) => ({
    file: file.slice(FOLDER.length),
    text: readFileSync(join(PROJECT_DIR, file), 'utf8'),
  }));

describe('Whose table it is', () => {
  it('no noun reads or writes what is another’s', () => {
    const faults = files.flatMap(({ file, text }) =>
      foreignTables(file, text)
        .filter((table) => !EXCEPTIONS[file]?.includes(table))
        .map((table) => `${file} touches ${table}: ask for it in domains/${OWNERS[table]}/.`),
    );
    expect(faults).toEqual([]);
  });

  it('every table has an owner', () => {
    // Without code yet: whoever writes the first of it says whose it is.
    const unused = modelsWithoutRoom();
    const faults = Object.values(Prisma.ModelName)
      .filter((model) => !(decapitalized(model) in OWNERS) && !unused.includes(model))
      .map((model) => `Say in OWNERS of api/test/owners.test.ts which noun owns ${model}.`);
    expect(faults).toEqual([]);
  });

  it('lists no exception that has gone', () => {
    const found = new Map(files.map(({ file, text }) => [file, foreignTables(file, text)]));
    for (const [file, tables] of Object.entries(EXCEPTIONS)) {
      expect(
        tables.filter((table) => !found.get(file)?.includes(table)),
        file,
      ).toEqual([]);
    }
  });

  it('sees a table however it is reached', () => {
    expect(foreignTables('task/task.service.ts', 'await tx.agent.count()')).toEqual(['agent']);
    expect(foreignTables('task/task.service.ts', 'ctx.db\n  .agent.findMany()')).toEqual(['agent']);
    expect(foreignTables('task/task.service.ts', "lockRow(tx, 'Agent', id, 'refer')")).toEqual(['agent']);
    expect(foreignTables('agent/agent.service.ts', 'await tx.agent.count()')).toEqual([]);
  });
});

/** Every way to write the status of a run: with events of its log, in SQL, or by the ORM. */
const MOVES = [
  /\bchanges: \{[^}]*\bstatus\b/,
  /UPDATE "TaskExecution"\s+SET(?:(?!\bWHERE\b)[^;])*"status"\s*=/,
  /INSERT INTO "TaskExecution"/,
  /\btaskExecution\s*\.(?:create|update|upsert|delete)/,
];
const movesRuns = (text: string) => MOVES.some((move) => move.test(text));

describe('Who moves a run', () => {
  it('[EXE-1] the lifecycle alone, once it is accepted', () => {
    const movers = listSources('api/src').filter((file) =>
      movesRuns(readFileSync(join(PROJECT_DIR, file), 'utf8')),
    );
    expect(movers.sort()).toEqual([
      `${FOLDER}execution/execution.acceptance.ts`,
      `${FOLDER}execution/execution.lifecycle.ts`,
    ]);
  });

  it.each([
    "await writeLog(sql, { guard, events, changes: { ...totals, status: 'RUNNING' } })",
    'sql.query(`UPDATE "TaskExecution" SET "fence" = 1, "status" = $2 WHERE "id" = $1`)',
    'INSERT INTO "TaskExecution" ("id", "status") VALUES ($1, $2)',
    "tx.taskExecution.updateMany({ where, data: { status: 'FAILED' } })",
  ])('sees it in %s', (text) => {
    expect(movesRuns(text)).toBe(true);
  });

  it('does not take what is written beside the status for a move', () => {
    const beat = `UPDATE "TaskExecution" SET "leaseUntil" = $2 WHERE "id" = $1 AND "status" = 'RUNNING'`;
    expect(movesRuns(beat)).toBe(false);
  });
});

describe('What a verb takes', () => {
  // `parseInput` takes what its schema takes, so that an input that is not typed does not compile.
  it('is typed by its schema', () => {
    const untyped = files.filter(({ text }) => /\binput\??: (unknown|object)\b/.test(text));
    expect(untyped.map(({ file }) => file)).toEqual([]);
  });

  it('is an object that takes nothing else', () => {
    const open = files.filter(({ file, text }) => {
      const isDoor = /parseInput\(/.test(text) || file.endsWith('.input.ts');
      return isDoor && /\bz\s*\.object\(/.test(text);
    });
    expect(open.map(({ file }) => file)).toEqual([]);
  });
});
