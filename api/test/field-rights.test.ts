import {
  getNamedType,
  type GraphQLObjectType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
} from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { policies } from '../src/ability.ts';
import { createAgent } from '../src/domains/agent/agent.service.ts';
import { createModelProvider } from '../src/domains/model/model.service.ts';
import { hasRank, type Noun, type Role, ROLES, type Viewer } from '../src/domains/policy.ts';
import { createServer } from '../src/domains/server/server.service.ts';
import { createTask } from '../src/domains/task/task.service.ts';
import { recordDiscoveredTools } from '../src/domains/tool/tool-sync.service.ts';
import { setToolPermission } from '../src/domains/tool/tool-permission.service.ts';
import { globalId } from '../src/graphql/ids.ts';
import type { Tells } from '../src/graphql/list-rights.ts';
import { createSchema } from '../src/schema.ts';
import { contextOf } from '../src/domains/context.ts';
import { codesOf, execute } from './setup/graphql.ts';
import { openTestMachine } from './setup/machine.ts';
import { seedMember, seedViewer } from './setup/run.ts';

const { machine } = await openTestMachine();
const schema = createSchema();

const NOUNS = [
  'ModelProvider',
  'ServerConfiguration',
  'Agent',
  'AgentRevision',
  'ToolDefinition',
  'ServerTool',
  'AgentToolPermission',
  'Task',
] as const satisfies Noun[];

/** The id of nothing, of the noun that a filter such as `serverId` asks for. */
const globalIdFor = (name: string): string => {
  const nouns = {
    serverId: 'ServerConfiguration',
    agentId: 'Agent',
    taskId: 'Task',
    executionId: 'TaskExecution',
    actorId: 'User',
  } as const;
  const noun = nouns[name as keyof typeof nouns] as Noun | undefined;
  if (!noun) throw new Error(`Say of which noun the condition ${name} takes an id.`);
  return globalId(noun, '00000000-0000-7000-8000-000000000000');
};

const viewers = {} as Record<Role, Viewer>;
const rows = {} as Record<(typeof NOUNS)[number], string>;

beforeAll(async () => {
  viewers.ADMIN = await seedViewer(machine);
  const { organizationId } = viewers.ADMIN;
  for (const role of ['USER', 'VIEWER', 'OPERATOR', 'MANAGER'] as const) {
    viewers[role] = await seedMember(machine, organizationId, role);
  }
  const ctx = contextOf(machine, viewers.ADMIN);
  rows.ModelProvider = (
    await createModelProvider(ctx, { name: 'S', kind: 'SIMULATED', defaultModel: 'simulated' })
  ).id;
  rows.ServerConfiguration = (await createServer(ctx, { name: 'Sim', protocol: 'SIMULATION' })).id;
  rows.Agent = (await createAgent(ctx, { name: 'A', role: 'MASTER', serverId: rows.ServerConfiguration })).id;
  const tool = { name: 'read', title: null, description: '', inputSchema: {}, annotations: {} };
  const { ServerConfiguration: serverId } = rows;
  await machine.db.$transaction((tx) =>
    recordDiscoveredTools(tx, { organizationId, serverId: serverId!, tools: [tool] }, new Date()),
  );
  rows.ToolDefinition = (await machine.db.toolDefinition.findFirstOrThrow()).id;
  rows.ServerTool = (await machine.db.serverTool.findFirstOrThrow()).id;
  rows.AgentToolPermission = (
    await setToolPermission(ctx, {
      agentId: rows.Agent,
      toolId: rows.ToolDefinition,
      input: { effect: 'ASK' },
    })
  ).id;
  rows.AgentRevision = (await machine.db.agentRevision.findFirstOrThrow()).id;
  rows.Task = (await createTask(ctx, { title: 'T', prompt: 'P', agentId: rows.Agent })).id;
});

describe('[AUTHZ-2] fields', () => {
  const cells = NOUNS.flatMap((noun) => ROLES.map((role) => ({ noun, role })));

  it.each(cells)(
    '[AUTHZ-2] of $noun for $role: what the policy denies is null and FORBIDDEN, and nothing else',
    async ({ noun, role }) => {
      const type = schema.getType(noun) as GraphQLObjectType;
      const { fields } = policies.find((policy) => policy.noun === noun)!;
      const names = Object.keys(type.getFields());
      const selection = names.map((name) =>
        isCompositeType(getNamedType(type.getFields()[name]!.type)) ? `${name} { __typename }` : name,
      );
      const { data, errors } = await execute(
        machine,
        viewers[role],
        `query ($id: ID!) { node(id: $id) { ... on ${noun} { ${selection.join(' ')} } } }`,
        { id: globalId(noun, rows[noun]) },
      );
      const denied = names.filter((name) => !hasRank(role, fields[name]!));
      if (denied.length === names.length) {
        expect(data['node']).toBeNull();
        expect(codesOf(errors)).toEqual(['NOT_FOUND']);
        expect(errors[0]!.path).toEqual(['node']);
        return;
      }
      expect(errors.map(({ path }) => path!.join('.')).sort()).toEqual(
        denied.map((name) => `node.${name}`).sort(),
      );
      expect(new Set(codesOf(errors))).toEqual(new Set(denied.length > 0 ? ['FORBIDDEN'] : []));
      for (const name of denied) expect(data['node'][name]).toBeNull();
    },
  );

  // What must never loosen by an edit of a policy.
  it.each([
    ['ServerConfiguration', 'url', 'OPERATOR'],
    ['ServerConfiguration', 'command', 'OPERATOR'],
    ['ServerConfiguration', 'args', 'OPERATOR'],
    ['ServerConfiguration', 'credentialsHint', 'MANAGER'],
    ['ModelProvider', 'baseUrl', 'MANAGER'],
    ['ModelProvider', 'apiKeyHint', 'MANAGER'],
    ['Agent', 'systemPrompt', 'OPERATOR'],
    ['Agent', 'workspacePath', 'OPERATOR'],
    ['AgentRevision', 'snapshot', 'OPERATOR'],
  ] as const)('[AUTHZ-2] %s.%s is for %s and above', (noun, field, least) => {
    expect(policies.find((policy) => policy.noun === noun)!.fields[field]).toBe(least);
  });

  it('[SRV-2] no type has a field for credentials or keys', () => {
    for (const noun of NOUNS) {
      const names = Object.keys((schema.getType(noun) as GraphQLObjectType).getFields());
      expect(names.filter((name) => /^(credentials|apiKey|bearerToken|headers|env)$/.test(name))).toEqual([]);
    }
  });
});

describe('[AUTHZ-2] lists', () => {
  it.each(['servers', 'serverTools', 'tools', 'tasks', 'modelProviders'])(
    '[AUTHZ-2] %s are closed to a USER',
    async (list) => {
      const { data, errors } = await execute(
        machine,
        viewers.USER,
        `{ ${list} { totalCount edges { node { id } } } }`,
      );
      expect(data[list]).toBeNull();
      expect(codesOf(errors)).toEqual(['FORBIDDEN']);
      const anybody = await execute(machine, null, `{ ${list} { totalCount } }`);
      expect(codesOf(anybody.errors)).toEqual(['UNAUTHENTICATED']);
    },
  );

  it('[AUTHZ-2] agents are open to a USER, but not a filter on what a USER may not read', async () => {
    const { data } = await execute(
      machine,
      viewers.USER,
      `{ agents { edges { node { name role status isSimulated } } } }`,
    );
    expect(data['agents'].edges).toEqual([
      { node: { name: 'A', role: 'MASTER', status: 'PENDING_VALIDATION', isSimulated: true } },
    ]);
    const filtered = await execute(
      machine,
      viewers.USER,
      `query ($id: ID!) { agents(filter: { serverId: $id }) { totalCount edges { node { id } } } }`,
      { id: globalId('ServerConfiguration', rows.ServerConfiguration) },
    );
    expect(filtered.data['agents']).toBeNull();
    expect(codesOf(filtered.errors)).toEqual(['FORBIDDEN']);
  });

  /** Every condition and every order of a list, with the field that it tells about and a value to ask with. */
  const conditions = Object.values(schema.getQueryType()!.getFields()).flatMap((list) =>
    list.args.flatMap((argument) => {
      const type = getNamedType(argument.type);
      if (!isInputObjectType(type)) return [];
      return Object.values(type.getFields()).flatMap((part) => {
        const partType = getNamedType(part.type);
        const mark = part.extensions['tells'];
        if (mark === 'nothing') return [];
        if (mark === 'byValue' && isEnumType(partType)) {
          return partType.getValues().map(({ name, extensions }) => ({
            list: list.name,
            condition: `orderBy: { field: ${name}, direction: ASC }`,
            tells: extensions['tells'] as Tells,
            path: [argument.name, part.name],
          }));
        }
        const value =
          partType.name === 'ID'
            ? JSON.stringify(globalIdFor(part.name))
            : partType.name === 'Boolean'
              ? 'true'
              : '{}';
        return {
          list: list.name,
          condition: `filter: { ${part.name}: ${value} }`,
          tells: mark as Tells,
          path: [argument.name, part.name],
        };
      });
    }),
  );

  const SELECTIONS = ['totalCount', 'edges { cursor }', 'pageInfo { hasNextPage }'];
  /** What takes the conditions of a list and is none: its other arguments, and what can be selected of it. */
  const OTHERS: Record<string, { given: string; selections: string[] }> = {
    auditExport: { given: 'format: CSV, ', selections: ['content', 'entryCount', 'hasMore'] },
  };

  it.each(conditions)(
    '[AUTHZ-2] $list($condition) is for those who may read what it tells, whatever is selected',
    async ({ list, condition, tells, path }) => {
      const { fields } = policies.find(({ noun }) => noun === tells.noun)!;
      const { given, selections } = OTHERS[list] ?? { given: '', selections: SELECTIONS };
      for (const role of ROLES) {
        const isReadable = tells.fields.every((field) => hasRank(role, fields[field]!));
        for (const selection of selections) {
          const { data, errors } = await execute(
            machine,
            viewers[role],
            `{ ${list}(${given}${condition}) { ${selection} } }`,
          );
          expect([role, selection, codesOf(errors)]).toEqual([
            role,
            selection,
            isReadable ? [] : ['FORBIDDEN'],
          ]);
          if (isReadable) continue;
          expect(data[list]).toBeNull();
          const mayList = Object.values(fields).some((least) => hasRank(role, least));
          if (mayList) expect(errors[0]!.originalError).toMatchObject({ argumentPath: path });
        }
      }
    },
  );

  it('[AUTHZ-2] nor within an object, nor in a subscription', async () => {
    const task = globalId('Task', rows.Task);
    const { data, errors } = await execute(
      machine,
      viewers.USER,
      `query ($id: ID!, $task: ID!) { agent(id: $id) { name executions(filter: { taskId: $task }) { totalCount } } }`,
      { id: globalId('Agent', rows.Agent), task },
    );
    expect(data['agent']).toEqual({ name: 'A', executions: null });
    expect(codesOf(errors)).toEqual(['FORBIDDEN']);
    expect(errors[0]!.path).toEqual(['agent', 'executions']);
  });

  it('[AUTHZ-2] and the usual order of each tells nothing that a reader may not read', async () => {
    for (const role of ROLES) {
      const { errors } = await execute(machine, viewers[role], `{ agents { edges { cursor node { id } } } }`);
      expect(errors).toEqual([]);
    }
    const { data } = await execute(machine, viewers.USER, `{ agents { edges { cursor } } }`);
    const { createdAt } = await machine.db.agent.findUniqueOrThrow({ where: { id: rows.Agent } });
    const place = Buffer.from(data['agents'].edges[0].cursor as string, 'base64url').toString();
    expect(place).not.toContain(createdAt.toISOString());
  });

  it('[AUTHZ-4] viewerCan tells what each role may do', async () => {
    const actions = async (role: Role) => {
      const { data } = await execute(
        machine,
        viewers[role],
        `{ agents { edges { node { viewerCan { actions } } } } }`,
      );
      return data['agents'].edges[0].node.viewerCan.actions;
    };
    expect(await actions('VIEWER')).toEqual(['READ']);
    expect(await actions('OPERATOR')).toEqual(['READ', 'RUN']);
    expect(await actions('MANAGER')).toEqual(['READ', 'UPDATE', 'DELETE', 'RUN', 'VALIDATE', 'ACTIVATE']);
  });
});

describe('[API-1] connections', () => {
  it('[API-1] nest, page and count alike', async () => {
    const { data, errors } = await execute(
      machine,
      viewers.VIEWER,
      `{ servers(first: 1) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node {
        name hasCredentials status
        agents { totalCount edges { node { name permissions { effect tool { name server { name } } grantedBy { name } } } } }
        tools { totalCount edges { node { status tool { name } } } } } } } }`,
    );
    expect(errors).toEqual([]);
    expect(data['servers']).toMatchObject({
      totalCount: 1,
      pageInfo: { hasNextPage: false },
      edges: [
        {
          node: {
            name: 'Sim',
            hasCredentials: false,
            status: 'ONLINE',
            agents: {
              totalCount: 1,
              edges: [
                {
                  node: { permissions: [{ effect: 'ASK', tool: { name: 'read', server: { name: 'Sim' } } }] },
                },
              ],
            },
            tools: { totalCount: 1, edges: [{ node: { status: 'AVAILABLE', tool: { name: 'read' } } }] },
          },
        },
      ],
    });
  });
});
