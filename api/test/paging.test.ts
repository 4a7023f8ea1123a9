import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { contextOf, type ServiceContext } from '../src/domains/context.ts';
import { executionPolicy } from '../src/domains/execution/execution.policy.ts';
import { runAgent } from '../src/domains/execution/execution.service.ts';
import { type Page, type PageArgs, pageOf } from '../src/domains/keyset.ts';
import { by, defineListing } from '../src/domains/listing.ts';
import type { Viewer } from '../src/domains/policy.ts';
import { recordDiscoveredTools } from '../src/domains/tool/tool-sync.service.ts';
import { globalId } from '../src/graphql/ids.ts';
import { codesOf, execute } from './setup/graphql.ts';
import { openTestMachine } from './setup/machine.ts';
import { seedSimulatedAgent, seedViewer } from './setup/run.ts';

const { machine } = await openTestMachine();

let viewer: Viewer;
let ctx: ServiceContext;
let agentId: string;
/** What every run below is made of. */
let run: { organizationId: string; agentId: string; agentRevisionId: string; serverId: string };

beforeAll(async () => {
  viewer = await seedViewer(machine);
  ctx = contextOf(machine, viewer);
  ({ agentId } = await seedSimulatedAgent(machine, viewer));
  const { executionId } = await runAgent(ctx, { agentId, prompt: 'Pattern' });
  run = await machine.db.taskExecution.findUniqueOrThrow({
    where: { id: executionId },
    select: { organizationId: true, agentId: true, agentRevisionId: true, serverId: true },
  });
});

type Ids = Page<{ id: string }>;

/** A list under test: rows come and go by `add` and `remove`, pages are read in one order. */
interface List {
  clear: () => Promise<unknown>;
  /** Values are few, so that many are equal. */
  add: (values: number[]) => Promise<unknown>;
  remove: (id: string) => Promise<unknown>;
  /** Every row, in the order of PostgreSQL. */
  all: () => Promise<{ id: string }[]>;
  read: (args: PageArgs) => Promise<Ids>;
}

const TITLES = ['alpha', 'Alpha', 'éclair', 'zeta'];

const tasks = (direction: 'ASC' | 'DESC'): List => ({
  clear: () => machine.db.task.deleteMany(),
  add: (values) =>
    machine.db.task.createMany({
      data: values.map((value) => ({
        organizationId: viewer.organizationId,
        title: TITLES[value % TITLES.length]!,
        prompt: 'P',
        agentId,
      })),
    }),
  remove: (id) => machine.db.task.delete({ where: { id } }),
  all: () =>
    machine.db.task.findMany({
      select: { id: true },
      orderBy: [
        { title: direction === 'ASC' ? 'asc' : 'desc' },
        { id: direction === 'ASC' ? 'asc' : 'desc' },
      ],
    }),
  read: async (args) => {
    const { data, errors } = await execute(
      machine,
      viewer,
      `query ($first: Int, $last: Int, $after: String, $before: String) {
        list: tasks(first: $first, last: $last, after: $after, before: $before, orderBy: { field: TITLE, direction: ${direction} })
          { edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
      args as Record<string, unknown>,
    );
    expect(errors).toEqual([]);
    return localized(data['list'] as Ids);
  },
});

const localized = (page: Ids): Ids => ({
  ...page,
  edges: page.edges.map(({ cursor, node }) => ({
    cursor,
    node: { id: Buffer.from(node.id, 'base64').toString().split(':')[1]! },
  })),
});

const runs = {
  clear: () => machine.db.taskExecution.deleteMany(),
  add: (values: number[]) =>
    machine.db.taskExecution.createMany({
      data: values.map((value) => ({
        ...run,
        kind: 'PROMPT' as const,
        prompt: 'P',
        snapshot: {},
        createdAt: new Date(Date.UTC(2026, 0, 1, 0, 0, 0, value)),
        finishedAt: value % 3 === 0 ? null : new Date(Date.UTC(2026, 0, 1, 0, 0, 0, value)),
      })),
    }),
  remove: (id: string) => machine.db.taskExecution.delete({ where: { id } }),
};

/** A list within another object, in its usual order: the newest first. */
const runsOfAgent: List = {
  ...runs,
  all: () =>
    machine.db.taskExecution.findMany({
      select: { id: true },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    }),
  read: async (args) => {
    const { data, errors } = await execute(
      machine,
      viewer,
      `query ($id: ID!, $first: Int, $last: Int, $after: String, $before: String) { agent(id: $id) {
        list: executions(first: $first, last: $last, after: $after, before: $before)
          { edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }`,
      { ...args, id: globalId('Agent', agentId) },
    );
    expect(errors).toEqual([]);
    return localized(data['agent'].list as Ids);
  },
};

/** An order in which a value may be null. */
const byEnd = defineListing({
  policy: executionPolicy,
  thing: 'execution',
  things: 'executions',
  filters: {},
  orders: { FINISHED_AT: { ...by('finishedAt', 'instant', 'When it ended.'), isNullable: true } },
});
const runsByEnd = (direction: 'ASC' | 'DESC'): List => ({
  ...runs,
  all: () =>
    machine.db.taskExecution.findMany({
      select: { id: true },
      orderBy: [
        { finishedAt: direction === 'ASC' ? 'asc' : 'desc' },
        { id: direction === 'ASC' ? 'asc' : 'desc' },
      ],
    }),
  read: async (args) => {
    const window = byEnd.windowOf({ ...args, orderBy: { field: 'FINISHED_AT', direction } });
    return pageOf(window, await byEnd.list(ctx, { window }));
  },
});

/** What happens between two pages. */
type Change = { add: number } | { remove: number };
const changes = fc.array(
  fc.array(
    fc.oneof(
      fc.record({ add: fc.nat({ max: 8 }) }),
      // Mostly the row at the end of the page: the one whose cursor is used next.
      fc.record({ remove: fc.constantFrom(0, 0, 1, 2, 5) }),
    ),
    { maxLength: 3 },
  ),
  { minLength: 4, maxLength: 8 },
);

/** Walks to the end, or back from it, while rows come and go; gives what was seen and what went. */
async function walk(list: List, size: number, betweenPages: Change[][], isBackward: boolean) {
  const seen: string[] = [];
  const gone = new Set<string>();
  let cursor: string | null = null;
  for (let count = 0; ; count += 1) {
    const page: Ids = await list.read(
      isBackward ? { last: size, before: cursor } : { first: size, after: cursor },
    );
    const ids = page.edges.map(({ node }) => node.id);
    expect(ids.length).toBeLessThanOrEqual(size);
    seen.push(...(isBackward ? ids.reverse() : ids));
    expect(page.pageInfo.startCursor).toBe(page.edges[0]?.cursor ?? null);
    cursor = isBackward ? page.pageInfo.startCursor : page.pageInfo.endCursor;
    if (!(isBackward ? page.pageInfo.hasPreviousPage : page.pageInfo.hasNextPage)) break;
    for (const change of betweenPages[count] ?? []) {
      if ('add' in change) await list.add([change.add]);
      else {
        const id = ids.at(-1 - change.remove);
        if (id !== undefined && !gone.has(id)) {
          await list.remove(id);
          gone.add(id);
        }
      }
    }
  }
  return { seen, gone };
}

describe('[API-1] A list that changes while it is read', () => {
  it.each<[string, List]>([
    ['tasks by title', tasks('ASC')],
    ['tasks by title, backwards in the alphabet', tasks('DESC')],
    ['runs within an agent', runsOfAgent],
    ['runs by an end that may be null', runsByEnd('ASC')],
    ['runs by an end that may be null, latest first', runsByEnd('DESC')],
  ])('[API-1] shows every lasting row once and in order, forward and back: %s', async (_name, list) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: 8 }), { minLength: 1, maxLength: 14 }),
        fc.integer({ min: 1, max: 5 }),
        changes,
        async (values, size, betweenPages) => {
          await list.clear();
          await list.add(values);
          for (const isBackward of [false, true]) {
            const before = new Set((await list.all()).map(({ id }) => id));
            const { seen, gone } = await walk(list, size, betweenPages, isBackward);
            const lasting = (await list.all())
              .map(({ id }) => id)
              .filter((id) => before.has(id) && !gone.has(id));
            expect(new Set(seen).size).toBe(seen.length);
            expect(seen.filter((id) => lasting.includes(id))).toEqual(
              isBackward ? lasting.reverse() : lasting,
            );
          }
        },
      ),
      { numRuns: 12 },
    );
  });

  it('[API-1] goes on after the row of the cursor is gone, and comes back to the same rows', async () => {
    const list = tasks('ASC');
    await list.clear();
    await list.add(Array.from({ length: 6 }, (_, value) => value));
    const first = await list.read({ first: 2 });
    const second = await list.read({ first: 2, after: first.pageInfo.endCursor });
    await list.remove(first.edges[1]!.node.id);
    const again = await list.read({ first: 2, after: first.pageInfo.endCursor });
    expect(again.edges).toEqual(second.edges);
    expect(again.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
    const back = await list.read({ last: 2, before: second.pageInfo.startCursor });
    expect(back.edges).toEqual(first.edges.slice(0, 1));
    expect(back.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false });
  });
});

describe('[API-1] A cursor', () => {
  const ask = (document: string, variables: Record<string, unknown>) =>
    execute(machine, viewer, document, variables);

  it('[API-1] of another list, order, run or kind is BAD_USER_INPUT at its argument', async () => {
    await runs.clear();
    await machine.db.task.deleteMany();
    await tasks('ASC').add([0, 1, 2]);
    const { executionId } = await runAgent(ctx, { agentId, prompt: 'One' });
    const other = await runAgent(ctx, { agentId, prompt: 'Two' });
    const { data } = await ask(
      `query ($run: ID!) { tasks(first: 1, orderBy: { field: TITLE, direction: ASC }) { pageInfo { endCursor } }
        newest: tasks(first: 1) { pageInfo { endCursor } }
        executions(first: 1) { pageInfo { endCursor } }
        execution(id: $run) { events(first: 1) { pageInfo { endCursor } } } }`,
      { run: globalId('TaskExecution', executionId) },
    );
    const cursors = {
      title: data['tasks'].pageInfo.endCursor,
      newest: data['newest'].pageInfo.endCursor,
      run: data['executions'].pageInfo.endCursor,
      event: data['execution'].events.pageInfo.endCursor,
      rubbish: 'rubbish',
      empty: '',
      json: Buffer.from('[1]').toString('base64url'),
      nul: forged(data['tasks'].pageInfo.endCursor, 4, 'a\0'),
      version: forged(data['tasks'].pageInfo.endCursor, 0, 2),
      year: forged(data['newest'].pageInfo.endCursor, 4, '0000-01-01T00:00:00.000Z'),
      id: forged(data['newest'].pageInfo.endCursor, 5, "' OR 1=1"),
    };
    const accepted: Record<string, string[]> = {
      'tasks(first: 1, after: $c, orderBy: { field: TITLE, direction: ASC })': ['title'],
      'tasks(first: 1, after: $c, orderBy: { field: TITLE, direction: DESC })': [],
      'tasks(first: 1, after: $c)': ['newest'],
      'executions(last: 1, before: $c)': ['run'],
    };
    for (const [list, fitting] of Object.entries(accepted)) {
      const argument = list.includes('before') ? 'before' : 'after';
      for (const [name, cursor] of Object.entries(cursors)) {
        const { errors } = await ask(`query ($c: String) { ${list} { edges { node { id } } } }`, {
          c: cursor,
        });
        expect([list, name, codesOf(errors)]).toEqual([
          list,
          name,
          fitting.includes(name) ? [] : ['BAD_USER_INPUT'],
        ]);
        for (const { originalError, path } of errors) {
          expect(originalError).toMatchObject({ argumentPath: [argument] });
          expect(path).toEqual([list.split('(')[0]]);
        }
      }
    }
    for (const [name, cursor] of Object.entries(cursors)) {
      const { data: found, errors } = await ask(
        `query ($other: ID!, $agent: ID!, $c: String) {
          execution(id: $other) { status events(first: 1, after: $c) { edges { node { id } } } }
          agent(id: $agent) { name executions(first: 1, after: $c) { edges { node { id } } } } }`,
        { other: globalId('TaskExecution', other.executionId), agent: globalId('Agent', agentId), c: cursor },
      );
      // The objects around the list arrive all the same.
      expect(found).toMatchObject({ execution: { status: 'QUEUED' }, agent: { name: 'Agent' } });
      expect([name, errors.map(({ path }) => path!.join('.')).sort()]).toEqual([
        name,
        name === 'run' ? ['execution.events'] : ['agent.executions', 'execution.events'],
      ]);
      expect(new Set(codesOf(errors))).toEqual(new Set(['BAD_USER_INPUT']));
    }
  });

  const forged = (cursor: string, position: number, value: unknown): string => {
    const place = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
    place[position] = value;
    return Buffer.from(JSON.stringify(place)).toString('base64url');
  };

  it('[API-1] holds its instant exactly: the columns of orders keep milliseconds, as JavaScript does', async () => {
    const { rows } = await machine.sql.query<{ table: string }>(
      `SELECT table_name || '.' || column_name AS "table" FROM information_schema.columns
       WHERE table_schema = 'public' AND data_type LIKE 'timestamp%' AND datetime_precision <> 3
         AND table_name NOT LIKE '\\_prisma%'`,
    );
    expect(rows).toEqual([]);
  });
});

describe('[API-1] A list in the order of a relation', () => {
  it('[API-1] pages whatever is selected of that relation', async () => {
    const tools = ['write', 'read', 'grep'].map((name) => ({
      name,
      title: `To ${name}`,
      description: '',
      inputSchema: {},
      annotations: {},
    }));
    const { serverId, organizationId } = run;
    await machine.db.$transaction((tx) =>
      recordDiscoveredTools(tx, { organizationId, serverId, tools }, new Date()),
    );
    for (const selection of ['cursor', 'cursor node { id }', 'cursor node { tool { title } }']) {
      const { data, errors } = await execute(
        machine,
        viewer,
        `query ($id: ID!) {
          serverTools(first: 2, orderBy: { field: NAME, direction: ASC }) { edges { ${selection} } }
          server(id: $id) { tools(first: 2) { edges { ${selection} } } } }`,
        { id: globalId('ServerConfiguration', serverId) },
      );
      expect(errors).toEqual([]);
      expect(data['server'].tools.edges).toEqual(data['serverTools'].edges);
      expect(data['server'].tools.edges).toHaveLength(2);
    }
  });
});

describe('[API-1] A list reads only what is asked for', () => {
  const statements = async (document: string) => {
    const log: string[] = [];
    const original = machine.sql.query.bind(machine.sql);
    const spy = (...args: unknown[]) => {
      log.push(typeof args[0] === 'string' ? args[0] : (args[0] as { text: string }).text);
      return (original as (...rest: unknown[]) => unknown)(...args);
    };
    machine.sql.query = spy as never;
    try {
      const { errors } = await execute(machine, viewer, document);
      expect(errors).toEqual([]);
    } finally {
      machine.sql.query = original as never;
    }
    return log;
  };

  it('[API-1] counts when totalCount is selected, and reads rows when rows are', async () => {
    await machine.db.task.deleteMany();
    await tasks('ASC').add([0, 1]);
    const isCount = (statement: string) => /count\(/i.test(statement);
    const rows = await statements('{ tasks { edges { node { id } } pageInfo { hasNextPage } } }');
    expect([rows.length, rows.filter(isCount).length]).toEqual([1, 0]);
    expect(await statements('{ tasks { edges { node { status } } } }')).toHaveLength(1);
    const count = await statements('{ tasks { totalCount } }');
    expect([count.length, count.filter(isCount).length]).toEqual([1, 1]);
    const within = await statements('{ servers { edges { node { agents { edges { node { id } } } } } } }');
    expect(within.filter(isCount)).toEqual([]);
    const counted = await statements('{ servers { edges { node { agents { totalCount } } } } }');
    expect(counted.filter(isCount)).toHaveLength(1);
  });
});
