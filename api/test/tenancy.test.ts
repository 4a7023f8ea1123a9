import {
  getNamedType,
  getNullableType,
  type GraphQLInputObjectType,
  type GraphQLInterfaceType,
  isRequiredArgument,
} from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Noun, Viewer } from '../src/domains/policy.ts';
import { createSchema } from '../src/schema.ts';
import { codesOf, execute } from './setup/graphql.ts';
import { type Estate, seedEstate } from './setup/estate.ts';
import { openTestMachine } from './setup/machine.ts';
import { seedViewer } from './setup/run.ts';

const { machine } = await openTestMachine();
const schema = createSchema();

/** Which noun an id in an input belongs to. */
const NOUN_OF_FIELD: Record<string, Noun> = {
  serverId: 'ServerConfiguration',
  modelProviderId: 'ModelProvider',
  agentId: 'Agent',
  approvalId: 'Approval',
  inputRequestId: 'InputRequest',
  supervisorId: 'Agent',
  toolId: 'ToolDefinition',
  serverToolId: 'ServerTool',
  taskId: 'Task',
  executionId: 'TaskExecution',
  sessionId: 'Session',
};

/** What else a mutation must be given, so that nothing but the id is to blame. */
const OTHER_INPUT: Record<string, object> = {
  agentCreate: { name: 'N', role: 'WORKER' },
  agentRestoreRevision: { number: 1 },
  agentRun: { prompt: 'P' },
  approvalResolve: { decision: 'APPROVE' },
  serverSetMaintenance: { isInMaintenance: true },
  taskCreate: { title: 'T', prompt: 'P' },
  toolPermissionSet: { effect: 'ALLOW' },
};

/** Ids that are alternatives to other inputs: only the one under test is given. */
const ALONE = new Set(['serverTest']);

const inputFields = (mutation: string) => {
  const field = schema.getMutationType()!.getFields()[mutation]!;
  const argument = field.args.find(({ name }) => name === 'input');
  return argument ? (getNamedType(argument.type) as GraphQLInputObjectType).getFields() : {};
};
const idFields = (mutation: string): string[] =>
  Object.values(inputFields(mutation))
    .filter(({ type }) => getNullableType(type).toString() === 'ID')
    .map(({ name }) => name);

let viewer: Viewer;
let own: Estate;
let foreign: Estate;
let foreignOrganizationId: string;

/** Every row of the other organization, as it stands. */
async function readForeign(): Promise<unknown> {
  const { rows: tables } = await machine.sql.query<{ name: string }>(
    `SELECT table_name AS "name" FROM information_schema.columns
     WHERE table_schema = 'public' AND column_name = 'organizationId' ORDER BY 1`,
  );
  expect(tables.length).toBeGreaterThan(15);
  return Promise.all(
    tables.map(async ({ name }) => {
      const { rows } = await machine.sql.query<{ row: object }>(
        `SELECT to_jsonb(one) AS row FROM "${name}" one WHERE "organizationId" = $1 ORDER BY one::text`,
        [foreignOrganizationId],
      );
      return { [name]: rows.map(({ row }) => row) };
    }),
  );
}

beforeAll(async () => {
  viewer = await seedViewer(machine);
  const stranger = await seedViewer(machine);
  foreignOrganizationId = stranger.organizationId;
  own = await seedEstate(machine, viewer, 'own');
  foreign = await seedEstate(machine, stranger, 'foreign');
});

it('[ORG-2] The estate has a row of every type with a global id', () => {
  const types = schema.getImplementations(schema.getType('Node') as GraphQLInterfaceType).objects;
  const missing = types
    .filter(({ name }) => !(name in own))
    .map(
      ({ name }) =>
        `api/test/setup/estate.ts has no ${name}: seed one, with the mark in its texts, and give its id.`,
    );
  expect(missing).toEqual([]);
});

describe('[ORG-2] another organization', () => {
  const cells = Object.keys(schema.getMutationType()!.getFields()).flatMap((mutation) =>
    idFields(mutation).map((field) => [mutation, field] as const),
  );

  it.each(cells)('[ORG-2] %s does not find its %s, and changes nothing', async (mutation, field) => {
    const noun = NOUN_OF_FIELD[field];
    expect(noun, `Say in NOUN_OF_FIELD what ${field} is the id of.`).toBeDefined();
    const others = idFields(mutation).filter((name) => name !== field && !ALONE.has(mutation));
    const input = {
      ...OTHER_INPUT[mutation],
      ...Object.fromEntries(others.map((name) => [name, own[NOUN_OF_FIELD[name]!]])),
      [field]: foreign[noun!],
    };
    // An agent's own supervisor cannot be the agent itself.
    if ('supervisorId' in input && field !== 'supervisorId') delete input.supervisorId;
    const before = await readForeign();
    const { data, errors } = await execute(
      machine,
      viewer,
      `mutation ($input: ${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!) {
        ${mutation}(input: $input) { __typename ... on Error { code path } } }`,
      { input },
    );
    expect(errors).toEqual([]);
    expect(data[mutation]).toEqual({
      __typename: 'NotFoundError',
      code: 'NOT_FOUND',
      path: ['input', field],
    });
    expect(await readForeign()).toEqual(before);
  });

  it('[API-1] gives several nodes in the order asked for, and an error in the place of each that is none', async () => {
    const nothing = Buffer.from('Nothing:00000000-0000-7000-8000-000000000000').toString('base64');
    const ids = [own['Task'], foreign['Task'], own['Agent'], nothing, own['Task']];
    const { data, errors } = await execute(
      machine,
      viewer,
      'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }',
      { ids },
    );
    const task = { __typename: 'Task', id: own['Task'] };
    expect(data).toEqual({
      nodes: [task, null, { __typename: 'Agent', id: own['Agent'] }, null, task],
    });
    expect(errors?.map(({ path }) => path)).toEqual([
      ['nodes', 1],
      ['nodes', 3],
    ]);
  });

  it('[ORG-2] is absent for node, nodes and each query by id', async () => {
    for (const [noun, id] of Object.entries(foreign)) {
      const { data, errors } = await execute(
        machine,
        viewer,
        `query ($id: ID!) { node(id: $id) { __typename id } nodes(ids: [$id]) { __typename } }`,
        { id },
      );
      expect(data, noun).toEqual({ node: null, nodes: [null] });
      expect(codesOf(errors), noun).toEqual(['NOT_FOUND', 'NOT_FOUND']);
    }
    for (const [query, noun] of Object.entries({
      agent: 'Agent',
      server: 'ServerConfiguration',
      task: 'Task',
      execution: 'TaskExecution',
    })) {
      const { data, errors } = await execute(
        machine,
        viewer,
        `query ($id: ID!) { ${query}(id: $id) { id } }`,
        {
          id: foreign[noun],
        },
      );
      expect(data[query]).toBeNull();
      expect(codesOf(errors)).toEqual(['NOT_FOUND']);
      expect(errors[0]!.path).toEqual([query]);
    }
  });

  it('[ORG-2] is in no list, and no filter reaches into it', async () => {
    const lists = Object.values(schema.getQueryType()!.getFields())
      .filter(({ args, type }) => /Connection$/.test(String(type)) && !args.some(isRequiredArgument))
      .map(({ name }) => name);
    expect(lists).toContain('servers');
    const { data, errors } = await execute(
      machine,
      viewer,
      `{ ${lists.map((list) => `${list} { totalCount edges { node { id } } }`).join(' ')} agentHierarchy { id } }`,
    );
    expect(errors).toEqual([]);
    const ids = new Set(Object.values(foreign));
    for (const list of lists) {
      const { totalCount, edges } = data[list] as { totalCount: number; edges: { node: { id: string } }[] };
      expect(edges.length, list).toBe(totalCount);
      expect(edges.length, list).toBeGreaterThan(0);
      for (const { node } of edges) expect(ids.has(node.id), list).toBe(false);
    }
    expect((data['agentHierarchy'] as object[]).length).toBe(2);

    const filtered = await execute(
      machine,
      viewer,
      `query ($server: ID!, $agent: ID!, $task: ID!) {
        agents(filter: { serverId: $server }) { totalCount edges { node { id } } }
        serverTools(filter: { serverId: $server }) { totalCount edges { node { id } } }
        tools(filter: { serverId: $server }) { totalCount edges { node { id } } }
        tasks(filter: { agentId: $agent }) { totalCount edges { node { id } } }
        executions(filter: { agentId: $agent, taskId: $task }) { totalCount edges { node { id } } }
      }`,
      { server: foreign['ServerConfiguration'], agent: foreign['Agent'], task: foreign['Task'] },
    );
    expect(filtered.errors).toEqual([]);
    for (const page of Object.values(filtered.data)) expect(page).toEqual({ totalCount: 0, edges: [] });
  });
});

describe('[API-1] ids', () => {
  it('[API-1] of another type or of no type are named as what they are', async () => {
    for (const id of [own['Task'], 'nonsense', 'QWdlbnQ6MQ==']) {
      const { data } = await execute(
        machine,
        viewer,
        `mutation ($input: AgentDeleteInput!) { agentDelete(input: $input) { __typename ... on Error { code path } } }`,
        { input: { agentId: id } },
      );
      expect(data['agentDelete']).toEqual({
        __typename: 'ValidationError',
        code: 'BAD_USER_INPUT',
        path: ['input', 'agentId'],
      });
    }
  });
});
