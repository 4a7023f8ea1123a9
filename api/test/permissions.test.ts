import { subject } from '@casl/ability';
import SchemaBuilder from '@pothos/core';
import { graphql, isObjectType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { policies } from '../src/ability.ts';
import {
  type Action,
  ACTIONS,
  createAbility,
  type Noun,
  readableFields,
  type Role,
  ROLES,
  type Viewer,
} from '../src/domains/policy.ts';
import AuthorizationPlugin from '../src/graphql/authorization.ts';
import type { GraphQLContext } from '../src/graphql/context.ts';
import { createSchema } from '../src/schema.ts';
import { readPermissionTable } from './source/permission-table.ts';

const table = readPermissionTable();
const schema = createSchema();

const viewerOf = (role: Role): Viewer => ({
  userId: 'a-user',
  organizationId: 'an-organization',
  role,
  via: { kind: 'session', id: 'a-session' },
});
const policyOf = (noun: string) => policies.find((policy) => policy.noun === noun)!;

/** A row of this noun that is the viewer's, and one that belongs to nobody it knows. */
const ownRow = (noun: string, role: Role) =>
  subject(noun as Noun, { ...policyOf(noun).rows(viewerOf(role)) });
const foreignRow = (noun: string, role: Role) =>
  subject(
    noun as Noun,
    Object.fromEntries(Object.keys(policyOf(noun).rows(viewerOf(role))).map((column) => [column, 'another'])),
  );

const cells = table.flatMap((reviewed) => ROLES.map((role) => ({ ...reviewed, role })));

describe('[AUTHZ-1] The reviewed table', () => {
  it('[AUTHZ-1] names every noun that has rules, and its rows', () => {
    expect(table.map(({ noun, rows }) => [noun, rows]).sort()).toEqual(
      policies.map(({ noun, rowsInWords }) => [noun, rowsInWords]).sort(),
    );
  });

  it.each(cells)(
    '[AUTHZ-1] $role may read what it says of $noun, and nothing else',
    ({ noun, role, fields }) => {
      const ability = createAbility(viewerOf(role), policies);
      const readable = (row: ReturnType<typeof ownRow>) =>
        [...fields.keys()].filter((field) => ability.can('read', row, field));
      expect(fields.size).toBeGreaterThan(0);
      expect(readable(ownRow(noun, role))).toEqual(
        [...fields].filter(([, roles]) => roles.includes(role)).map(([field]) => field),
      );
      expect(readable(foreignRow(noun, role))).toEqual([]);
      expect(ability.can('read', ownRow(noun, role), 'aFieldThatNoRuleNames')).toBe(false);
    },
  );

  it.each(cells)(
    '[AUTHZ-1] $role may do what it says with $noun, and nothing else',
    ({ noun, role, actions }) => {
      const ability = createAbility(viewerOf(role), policies);
      const changes = ACTIONS.filter((action) => action !== 'read');
      const allowed = (row: ReturnType<typeof ownRow>) =>
        changes.filter((action) => ability.can(action, row));
      expect(allowed(ownRow(noun, role)).sort()).toEqual(
        [...actions]
          .filter(([, roles]) => roles.includes(role))
          .map(([action]) => action as Action)
          .sort(),
      );
      expect(allowed(foreignRow(noun, role))).toEqual([]);
    },
  );

  it('[AUTHZ-1] gives nothing to nobody', () => {
    const ability = createAbility(null, policies);
    expect(ability.rules).toEqual([]);
    for (const { noun } of table) {
      for (const action of ACTIONS) expect(ability.can(action, noun as Noun)).toBe(false);
    }
  });

  it('[AUTHZ-1] has a line for each field of the schema, and no line for a field that has gone', () => {
    const types = Object.values(schema.getTypeMap()).filter(isObjectType);
    const fieldsOf = ({ noun, fields }: (typeof table)[number]) => {
      // The fields of events are named `<type>.<field>`.
      const isOfTypes = [...fields.keys()].some((field) => field.includes('.'));
      return types.flatMap((type) =>
        Object.keys(type.getFields()).flatMap((field) => {
          if (!isOfTypes) return type.name === noun ? [`${noun}.${field}`] : [];
          return fields.has(`${type.name}.id`) ? [`${noun}.${type.name}.${field}`] : [];
        }),
      );
    };
    expect(
      table.flatMap(({ noun, fields }) => [...fields.keys()].map((field) => `${noun}.${field}`)).sort(),
    ).toEqual(table.flatMap(fieldsOf).sort());
  });
});

/** A schema of one type `Agent`, built with the plugin and nothing else of ours. */
function buildWith(define: (builder: Builder) => void) {
  // Without their plugins, the options that other plugins require say nothing.
  const builder = new SchemaBuilder<{ Context: GraphQLContext }>({ plugins: [AuthorizationPlugin] } as never);
  builder.queryType({});
  define(builder);
  return builder.toSchema({ policies });
}
type Builder = PothosSchemaTypes.SchemaBuilder<
  PothosSchemaTypes.ExtendDefaultTypes<{ Context: GraphQLContext }>
>;

/** A list with one condition, which says that it tells this. */
const listBy = (builder: Builder, tells: object | undefined) => {
  const filter = builder.inputType('AgentFilter', {
    fields: (t) => ({ prompt: t.string({ extensions: { tells } }) }),
  });
  builder.queryField('agents', (t) =>
    t.boolean({ access: 'anyone', args: { filter: t.arg({ type: filter }) }, resolve: () => true }),
  );
};

describe('[AUTHZ-1] A schema', () => {
  const agent = (
    builder: Builder,
    fields: Record<string, boolean>,
    access: object = { access: { noun: 'Agent' } },
  ) =>
    builder.objectRef<object>('Agent').implement({
      ...access,
      fields: (t) =>
        Object.fromEntries(
          Object.entries(fields).map(([name, nullable]) => [
            name,
            t.string({ nullable, resolve: () => name }),
          ]),
        ),
    });

  it('[AUTHZ-1] is built when every field has a rule', () => {
    const built = buildWith((builder) => {
      agent(builder, { name: true, systemPrompt: true });
      builder.queryField('ok', (t) => t.boolean({ access: 'anyone', resolve: () => true }));
    });
    expect(Object.keys(built.getTypeMap())).toContain('Agent');
  });

  it.each<[string, (builder: Builder) => void, string]>([
    [
      'a field without a rule',
      (builder) => agent(builder, { secretOfAgent: true }),
      'Agent.secretOfAgent has no rule. Add secretOfAgent to the fields of the Agent policy.',
    ],
    [
      'a type without a rule',
      (builder) => agent(builder, { name: true }, {}),
      'Type Agent has no access rule.',
    ],
    [
      'a noun without a policy',
      (builder) => agent(builder, { name: true }, { access: { noun: 'Nothing' } }),
      'No policy speaks of Nothing.',
    ],
    [
      'a row that is carried, so that all of it is open',
      (builder) =>
        agent(
          builder,
          { systemPrompt: true },
          { access: 'carried', extensions: { pothosPrismaModel: 'Agent' } },
        ),
      "Type Agent is a row of Agent. Say access: { noun: 'Agent' }.",
    ],
    [
      'a field that is never null though some may not read it',
      (builder) => agent(builder, { systemPrompt: false }),
      'Agent.systemPrompt may be denied to some roles, so it must be nullable.',
    ],
    [
      'a list that pages by hand',
      (builder) =>
        builder.queryField('agents', (t) =>
          t.boolean({
            access: 'anyone',
            args: { first: t.arg.int(), last: t.arg.int() },
            resolve: () => true,
          }),
        ),
      'Query.agents pages by hand. Make it with defineList',
    ],
    [
      'a condition that does not say what it tells',
      (builder) => listBy(builder, undefined),
      'AgentFilter.prompt does not say what it tells.',
    ],
    [
      'a condition that tells of no field',
      (builder) => listBy(builder, { noun: 'Agent', fields: [] }),
      'AgentFilter.prompt does not say what it tells.',
    ],
    [
      'a condition on a field that no policy speaks of',
      (builder) => listBy(builder, { noun: 'Agent', fields: ['shoeSize'] }),
      'AgentFilter.prompt tells Agent.shoeSize, of which no policy speaks.',
    ],
    [
      'an operation for an action that nobody may perform',
      (builder) =>
        builder.queryField('it', (t) =>
          t.boolean({ access: { action: 'sync', noun: 'Agent' }, resolve: () => true }),
        ),
      'Query.it asks for sync, which the Agent policy does not declare.',
    ],
    [
      'an operation without a rule',
      (builder) => builder.queryField('open', (t) => t.boolean({ resolve: () => true } as never)),
      'Query.open has no access rule.',
    ],
  ])('[AUTHZ-1] with %s is not built', (_fault, define, message) => {
    expect(() => buildWith(define)).toThrow(message);
  });
});

it('[AUTHZ-1] What belongs to an organization cannot be carried: it does not compile', () => {
  buildWith((builder) => {
    const row = builder.objectRef<{ id: string; organizationId: string }>('Row');
    // @ts-expect-error -- it has to name its noun
    row.implement({ access: 'carried', fields: (t) => ({ id: t.exposeString('id') }) });
    const value = builder.objectRef<{ id: string }>('Value');
    value.implement({ access: 'carried', fields: (t) => ({ id: t.exposeString('id') }) });
    builder.queryField('ok', (t) => t.boolean({ access: 'anyone', resolve: () => true }));
  });
});

describe('[AUTHZ-2] A field', () => {
  const answer = async (role: Role, row: object) => {
    const built = buildWith((builder) => {
      const type = builder.objectRef<object>('Agent').implement({
        access: { noun: 'Agent' },
        fields: (t) => ({
          name: t.string({ nullable: true, resolve: () => 'Ada' }),
          systemPrompt: t.string({ nullable: true, resolve: () => 'classified' }),
        }),
      });
      builder.queryField('it', (t) =>
        t.field({ type, nullable: true, access: 'anyone', resolve: () => row }),
      );
    });
    const viewer = viewerOf(role);
    const contextValue = { viewer, ability: createAbility(viewer, policies) };
    return graphql({ schema: built, source: '{ it { name systemPrompt } }', contextValue });
  };
  const row = { organizationId: 'an-organization' };

  it('[AUTHZ-2] that is denied is null and FORBIDDEN at its path, while its siblings arrive', async () => {
    const { data, errors } = await answer('VIEWER', row);
    expect(data).toEqual({ it: { name: 'Ada', systemPrompt: null } });
    expect(errors).toHaveLength(1);
    expect(errors![0]!.path).toEqual(['it', 'systemPrompt']);
    expect(errors![0]!.originalError).toMatchObject({ code: 'FORBIDDEN' });
  });

  it('[AUTHZ-2] that is allowed arrives', async () => {
    expect(await answer('OPERATOR', row)).toEqual({
      data: { it: { name: 'Ada', systemPrompt: 'classified' } },
    });
  });

  it('[AUTHZ-2] of a row that stands for two nouns follows the rules of each', () => {
    const ability = createAbility(viewerOf('USER'), policies);
    const shared = { organizationId: 'an-organization' };
    expect(readableFields(ability, 'Agent', shared).has('name')).toBe(true);
    expect([...readableFields(ability, 'Task', shared)]).toEqual([]);
    expect(readableFields(ability, 'TaskExecution', { ...shared, startedById: 'a-user' }).has('prompt')).toBe(
      true,
    );
  });

  it('[AUTHZ-2] of a list that forgot its condition shows only the rows within reach', async () => {
    const built = buildWith((builder) => {
      const type = builder.objectRef<object>('Agent').implement({
        access: { noun: 'Agent' },
        fields: (t) => ({ name: t.string({ nullable: true, resolve: () => 'Ada' }) }),
      });
      builder.queryField('all', (t) =>
        t.field({
          type: [type],
          access: 'anyone',
          resolve: async () => [row, { organizationId: 'another' }, row],
        }),
      );
    });
    const viewer = viewerOf('ADMIN');
    const contextValue = { viewer, ability: createAbility(viewer, policies) };
    expect(await graphql({ schema: built, source: '{ all { name } }', contextValue })).toEqual({
      data: { all: [{ name: 'Ada' }, { name: 'Ada' }] },
    });
  });

  it('[AUTHZ-2] of a row out of reach is not even denied: the row looks absent', async () => {
    expect(await answer('ADMIN', { organizationId: 'another' })).toEqual({ data: { it: null } });
  });
});
