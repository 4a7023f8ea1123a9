import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  execute,
  getNamedType,
  type GraphQLField,
  type GraphQLInputObjectType,
  isEnumType,
  isInputObjectType,
  isObjectType,
  Kind,
  OperationTypeNode,
  parse,
} from 'graphql';
import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { globalId } from '../src/graphql/ids.ts';
import type { ListedField } from '../src/graphql/compiled-plan.ts';
import { createCompiledQueries } from '../src/graphql/compiled-query.ts';
import { sizeOf } from '../src/graphql/operation-size.ts';
import type { SqlClient } from '../src/platform/database.ts';
import { createSchema } from '../src/schema.ts';
import { type Estate, seedEstate } from './setup/estate.ts';
import { contextOfViewer } from './setup/graphql.ts';
import { growHistory, MANY } from './setup/long-history.ts';
import { openTestMachine } from './setup/machine.ts';
import { rowsLookedAt, type Statement, statementsOf } from './setup/plans.ts';
import { seedViewer } from './setup/run.ts';
import { PROJECT_DIR } from './source/imports.ts';

/**
 * Every list of the schema, by each of its conditions and in each of its orders, looks at about as many rows as it shows,
 * however many there are. Asked is what is really sent, by the way without the executor and by the executor's.
 */
const { machine } = await openTestMachine();
const schema = createSchema();
const compiled = createCompiledQueries(schema);
const viewer = await seedViewer(machine);
let estate: Estate;
beforeAll(async () => {
  estate = await seedEstate(machine, viewer, 'main');
  await growHistory(machine, viewer.organizationId);
}, 60_000);

type ListField = GraphQLField<unknown, unknown>;
const isList = ({ extensions }: ListField): boolean => extensions['listed'] !== undefined;
const rootLists = Object.values(schema.getQueryType()!.getFields()).filter(isList);

/** Where a list is, as a document around its arguments. */
interface Place {
  path: string;
  field: ListField;
  around: (selection: string) => string;
}
/** The one row that has the many, by its name. */
const OWNERS: Record<string, string> = {
  agents: 'name: { equals: "main worker" }',
  executions: 'status: { equals: RUNNING }',
  servers: 'name: { equals: "main server" }',
  tasks: 'title: { equals: "main title" }',
};
const places: Place[] = rootLists.flatMap((root) => {
  const nodeOf = (field: ListField) => {
    const connection = getNamedType(field.type);
    const edges = isObjectType(connection) && getNamedType(connection.getFields()['edges']!.type);
    const node = isObjectType(edges) && getNamedType(edges.getFields()['node']!.type);
    if (!isObjectType(node)) throw new Error(`${field.name} is no list`);
    return node;
  };
  const within = Object.values(nodeOf(root).getFields()).filter(isList);
  return [
    { path: root.name, field: root, around: (selection: string) => `{ ${selection} }` },
    ...within.map((field) => ({
      path: `${root.name}.${field.name}`,
      field,
      around: (selection: string) =>
        `{ ${root.name}(first: 1, filter: { ${OWNERS[root.name]!} }) { edges { node { ${selection} } } } }`,
    })),
  ];
});

/** Conditions that nothing, little and everything meets. */
function conditionsOf(field: ListField): string[] {
  const filter = getNamedType(
    field.args.find(({ name }) => name === 'filter')!.type,
  ) as GraphQLInputObjectType;
  return Object.values(filter.getFields()).flatMap((part) => {
    const type = getNamedType(part.type);
    const given = (...values: string[]) => values.map((value) => `${part.name}: ${value}`);
    if (type.name === 'Boolean') return given('true', 'false');
    if (type.name === 'StringFilter')
      return given(
        '{ contains: "zzzzz" }',
        '{ startsWith: "zzzzz" }',
        '{ equals: "zzzzz" }',
        '{ in: ["zzzzz", "yyyyy"] }',
        '{ contains: "ter 77" }',
        '{ contains: "agent" }',
        '{ contains: "letter" }',
      );
    if (type.name === 'DateTimeFilter')
      return given(
        '{ lt: "2001-01-01T00:00:00Z" }',
        '{ gte: "2001-01-01T00:00:00Z" }',
        '{ gte: "2099-01-01T00:00:00Z" }',
      );
    if (type.name === 'ID') {
      const { of } = (field.extensions['listed'] as ListedField).listing.filters[part.name]!;
      return given(...[estate[of!]!, globalId(of!, randomUUID())].map((id) => JSON.stringify(id)));
    }
    const values = isInputObjectType(type) && getNamedType(type.getFields()['equals']!.type);
    if (!isEnumType(values)) throw new Error(`No condition is known for ${type.name}`);
    return values.getValues().flatMap(({ name }) => given(`{ equals: ${name} }`));
  });
}

function ordersOf(field: ListField): string[] {
  const order = getNamedType(
    field.args.find(({ name }) => name === 'orderBy')!.type,
  ) as GraphQLInputObjectType;
  const by = getNamedType(order.getFields()['field']!.type);
  if (!isEnumType(by)) throw new Error(`${field.name} has no orders`);
  return by
    .getValues()
    .flatMap(({ name }) => ['ASC', 'DESC'].map((direction) => `{ field: ${name}, direction: ${direction} }`));
}

/** Both ways of answering. */
async function sentFor(query: string): Promise<Record<string, Statement[]>> {
  const asked = {
    schema,
    document: parse(query),
    variableValues: {},
    contextValue: contextOfViewer(machine, viewer),
  };
  asked.contextValue.rate.size = sizeOf(asked);
  const ctx = asked.contextValue;
  return {
    compiled: await statementsOf(machine, async () => {
      expect(await compiled.answer({ document: asked.document, ctx }), query).not.toBeNull();
    }),
    plain: await statementsOf(machine, async () => {
      const { errors } = await execute(asked);
      expect(errors, query).toBeUndefined();
    }),
  };
}

/** A page of twenty, with what is found beside it. */
const FEW = 300;
/**
 * What follows from other rows is found by looking at the rows of the noun, and at one other of each: these are as many as an
 * organization sets up, and no history.
 */
const THROUGH_OTHER_ROWS: Record<string, readonly string[]> = {
  // Ordered by the names of their tools.
  serverTools: ['ServerTool', 'ToolDefinition'],
  'servers.tools': ['ServerTool', 'ToolDefinition'],
  // Those of archived servers are left out.
  tools: ['ServerConfiguration'],
  // Where a task stands follows from its newest run.
  tasks: ['Task', 'TaskExecution'],
};

/** On a connection whose changes are undone. */
async function explaining<T>(work: (client: SqlClient) => Promise<T>): Promise<T> {
  const client = await machine.sql.connect();
  try {
    await client.query('BEGIN');
    // The tables of a test are so small that to read all of one may seem to cost less than an index; where there is no index, it
    // is read nevertheless.
    await client.query('SET LOCAL enable_seqscan = off');
    // For the same reason an index is taken to lie in memory, as those of a test do.
    await client.query('SET LOCAL random_page_cost = 1');
    return await work(client);
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

const mostOf = (path: string, table: string): number =>
  THROUGH_OTHER_ROWS[path]?.includes(table) ? 3 * MANY : FEW;

it.each(places)(
  '[API-1] $path looks at few rows, whatever it is filtered and ordered by',
  async ({ path, field, around }) => {
    const arguments_ = [
      '',
      ...conditionsOf(field).map((condition) => `, filter: { ${condition} }`),
      ...ordersOf(field).map((order) => `, orderBy: ${order}`),
    ];
    const faults: string[] = [];
    for (const args of arguments_) {
      const query = around(`${field.name}(first: 20${args}) { edges { node { id } } }`);
      for (const [way, statements] of Object.entries(await sentFor(query))) {
        for (const statement of statements) {
          const looked = await explaining((client) => rowsLookedAt(client, statement));
          for (const [table, rows] of looked)
            if (rows > mostOf(path, table)) faults.push(`${way} ${args}: ${rows} of ${table}`);
        }
      }
    }
    expect(faults).toEqual([]);
  },
);

it('[API-1] a list that loses its index is found out', async () => {
  const query =
    '{ executions(first: 20, filter: { kind: { equals: DELEGATION } }) { edges { node { id } } } }';
  const [statement] = (await sentFor(query))['compiled']!;
  await explaining(async (client) => {
    const looked = async () => (await rowsLookedAt(client, statement!)).get('TaskExecution')!;
    expect(await looked()).toBeLessThan(FEW);
    await client.query('DROP INDEX "TaskExecution_organizationId_kind_createdAt_id_idx"');
    expect(await looked()).toBeGreaterThan(FEW);
  });
});

/** Every operation of the dashboard, with all fragments. */
const dashboard = parse(
  readdirSync(join(PROJECT_DIR, 'web/app'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.graphql'))
    .map((file) => readFileSync(join(PROJECT_DIR, 'web/app', file), 'utf8'))
    .join('\n'),
);
const pages = dashboard.definitions.flatMap((definition) =>
  definition.kind === Kind.OPERATION_DEFINITION &&
  definition.operation === OperationTypeNode.QUERY &&
  definition.selectionSet.selections.some(
    (selected) => selected.kind === Kind.FIELD && rootLists.some(({ name }) => name === selected.name.value),
  )
    ? [definition.name!.value]
    : [],
);

it('[API-1] a page of lists of the dashboard is one statement', async () => {
  const counts: Record<string, unknown> = {};
  for (const operationName of pages) {
    const ctx = contextOfViewer(machine, viewer);
    const variableValues = {};
    ctx.rate.size = sizeOf({ schema, document: dashboard, operationName, variableValues, contextValue: ctx });
    let isCompiled = false;
    const sent = await statementsOf(machine, async () => {
      const asked = { document: dashboard, operationName, variableValues };
      const answer = await compiled.answer({ ...asked, ctx });
      isCompiled = answer !== null;
      if (!answer) await execute({ ...asked, schema, contextValue: ctx });
    });
    counts[operationName] = isCompiled ? sent.length : `${sent.length}, by the executor`;
  }
  expect(counts).toEqual({
    AgentsPage_Query: 1,
    ApprovalsPage_Query: 1,
    ExecutionsPage_Query: 1,
    // It asks for the viewer besides.
    ExplorerPage_Query: '4, by the executor',
    HomePage_Query: 1,
    ModelProvidersPage_Query: 1,
    ServersPage_Query: 1,
    TasksPage_Query: 1,
    ToolsPage_Query: 1,
  });
});
