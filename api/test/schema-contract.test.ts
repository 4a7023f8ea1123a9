import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  getNamedType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
  isUnionType,
  lexicographicSortSchema,
  printSchema,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { policies } from '../src/ability.ts';
import { createSchema } from '../src/schema.ts';
import { PROJECT_DIR } from './source/imports.ts';

const schema = createSchema();
const types = Object.values(schema.getTypeMap()).filter(
  (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
);
const composites = types.filter((type) => isObjectType(type) || isInterfaceType(type));
const roots = {
  Query: schema.getQueryType()!,
  Mutation: schema.getMutationType()!,
  Subscription: schema.getSubscriptionType()!,
};
const isRoot = (type: GraphQLNamedType) => type.name in roots;

interface Named {
  path: string;
  name: string;
  type: string;
  description: string | null | undefined;
}

const fieldsOf = (type: GraphQLNamedType): Named[] =>
  isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)
    ? Object.values(type.getFields()).map((field) => ({
        path: `${type.name}.${field.name}`,
        name: field.name,
        type: String(field.type),
        description: field.description,
      }))
    : [];

const argumentsOf = (type: GraphQLNamedType): Named[] =>
  isObjectType(type) || isInterfaceType(type)
    ? Object.values(type.getFields()).flatMap((field: GraphQLField<unknown, unknown>) =>
        field.args.map((argument) => ({
          path: `${type.name}.${field.name}(${argument.name}:)`,
          name: argument.name,
          type: String(argument.type),
          description: argument.description,
        })),
      )
    : [];

const valuesOf = (type: GraphQLNamedType): Named[] =>
  isEnumType(type)
    ? type.getValues().map((value) => ({
        path: `${type.name}.${value.name}`,
        name: value.name,
        type: type.name,
        description: value.description,
      }))
    : [];

const outputFields = composites.flatMap(fieldsOf);
const inputFields = [
  ...types.filter(isInputObjectType).flatMap(fieldsOf),
  ...composites.flatMap(argumentsOf),
];
const enumValues = types.flatMap(valuesOf);

const pathsWhere = (named: Named[], isFault: (one: Named) => boolean): string[] =>
  named.filter(isFault).map(({ path }) => path);

describe('The committed schema', () => {
  it('[API-6] is the one that the code builds', () => {
    const committed = readFileSync(join(PROJECT_DIR, 'schema.graphql'), 'utf8');
    const printed = `${printSchema(lexicographicSortSchema(schema))}\n`;
    expect(committed === printed, 'schema.graphql is out of date: npm run generate').toBe(true);
  });

  it('[API-3] describes every type, field, argument, input and enum value', () => {
    const named = types.map(({ name, description }) => ({ path: name, name, type: name, description }));
    const all = [...named, ...outputFields, ...inputFields, ...enumValues];
    expect(all.length).toBeGreaterThan(500);
    expect(pathsWhere(all, ({ description }) => !description?.trim())).toEqual([]);
  });

  it('[API-3] describes with words that say something', () => {
    const named = types.map(({ name, description }) => ({ path: name, name, type: name, description }));
    const wordsOf = (text: string) => text.split(/[^\p{L}\p{N}'{}]+/u).filter((word) => word !== '').length;
    // A name and an article repeat what the name of the field says already.
    const isEmpty = (text: string) =>
      /^(which( \w+)?|(the|a|an|its|their|your|some|another|only) \w+|what to \w+|which, and \w+)\.$/i.test(
        text,
      );
    expect(
      pathsWhere([...named, ...outputFields, ...inputFields], ({ description }) => {
        const text = description?.trim() ?? '';
        return wordsOf(text) < 3 || isEmpty(text);
      }),
    ).toEqual([]);
    expect(pathsWhere(enumValues, ({ description }) => wordsOf(description ?? '') < 2)).toEqual([]);
  });

  it('[API-3] describes in sentences', () => {
    const described = [...outputFields, ...inputFields, ...enumValues];
    expect(pathsWhere(described, ({ description }) => !/[.!?`)]$/.test(description?.trim() ?? ''))).toEqual(
      [],
    );
  });
});

describe('Names', () => {
  it('[API-1] of types are PascalCase, of fields and arguments camelCase, of enum values UPPER_CASE', () => {
    expect(types.map(({ name }) => name).filter((name) => !/^[A-Z][A-Za-z0-9]*$/.test(name))).toEqual([]);
    const isCamel = ({ name }: Named) => !/^[a-z][A-Za-z0-9]*$/.test(name);
    expect(pathsWhere([...outputFields, ...inputFields], isCamel)).toEqual([]);
    expect(pathsWhere(enumValues, ({ name }) => !/^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/.test(name))).toEqual([]);
  });

  it('[API-1] of fields say neither get nor list, nor the name of their type', () => {
    expect(pathsWhere(outputFields, ({ name }) => /^(get|list|fetch)[A-Z]/.test(name))).toEqual([]);
    const repeats = composites.flatMap((type) =>
      pathsWhere(
        fieldsOf(type),
        ({ name }) => !isRoot(type) && new RegExp(`^${type.name}[A-Z]`, 'i').test(name) && name !== type.name,
      ),
    );
    expect(repeats).toEqual([]);
  });

  it('[API-1] of booleans are questions', () => {
    const isBoolean = ({ type }: Named) => type.startsWith('Boolean');
    const isQuestion = ({ name }: Named) => /^(is|has|viewerCan)[A-Z]/.test(name);
    expect(pathsWhere(outputFields, (field) => isBoolean(field) && !isQuestion(field))).toEqual([]);
    // An input may also be an order: include, force, all.
    const isOrder = ({ name }: Named) => /^(include|force|all)([A-Z]|$)/.test(name);
    expect(
      pathsWhere(inputFields, (field) => isBoolean(field) && !isQuestion(field) && !isOrder(field)),
    ).toEqual([]);
  });

  it('[API-1] of instants end in At and of durations in Ms, and their types say the same', () => {
    const isInstant = ({ name }: Named) => /At$/.test(name) && name !== 'at';
    const isTime = ({ type }: Named) => /^DateTime!?$/.test(type);
    const filters = /Filter(\.|$)/;
    const instants = [...outputFields, ...inputFields].filter(
      ({ path, type }) => !filters.test(path) && !filters.test(type),
    );
    expect(pathsWhere(instants, (field) => isInstant(field) !== isTime(field))).toEqual([]);
    const durations = [...outputFields, ...inputFields].filter(({ name }) =>
      /(duration|timeout|latency|Ms$)/i.test(name),
    );
    expect(pathsWhere(durations, ({ name, type }) => !name.endsWith('Ms') || !/^Int!?$/.test(type))).toEqual(
      [],
    );
  });

  it('[API-1] of secrets appear in no output', () => {
    const secret = /^(password|passwordHash|apiKey|credentials|bearerToken|headers|env|masterToken|secret)$/i;
    expect(pathsWhere(outputFields, ({ name }) => secret.test(name))).toEqual([]);
  });
});

describe('Operations', () => {
  const mutations = Object.values(roots.Mutation.getFields());
  const pascal = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

  it('[API-2] are nullable, so that one failure does not take the others with it', () => {
    const fields = Object.entries(roots).flatMap(([root, type]) =>
      Object.values(type.getFields()).map((field) => ({ path: `${root}.${field.name}`, type: field.type })),
    );
    // `nodes` answers with an item for each id, as the Relay specification has it.
    const mayFail = fields.filter(({ path }) => path !== 'Query.nodes');
    expect(mayFail.filter(({ type }) => isNonNullType(type)).map(({ path }) => path)).toEqual([]);
  });

  it.each(mutations)('[API-2] $name has one input and answers with a payload or with errors', (mutation) => {
    expect(mutation.name).not.toMatch(
      /^(create|update|delete|set|get|add|remove|run|cancel|start|stop)[A-Z]/,
    );
    expect(mutation.args.map(({ name, type }) => `${name}: ${String(type)}`)).toEqual(
      mutation.args.length === 0 ? [] : [`input: ${pascal(mutation.name)}Input!`],
    );
    const payload = `${pascal(mutation.name)}Payload`;
    const answer = getNamedType(mutation.type);
    if (!isUnionType(answer)) {
      // Nothing to get wrong: without an input there is no expected failure.
      expect([answer.name, mutation.args]).toEqual([payload, []]);
      return;
    }
    expect(answer.name).toBe(`${pascal(mutation.name)}Result`);
    const members = answer.getTypes();
    expect(members.filter(({ name }) => name === payload)).toHaveLength(1);
    const errors = members.filter(({ name }) => name !== payload);
    expect(errors.length).toBeGreaterThan(0);
    for (const error of errors) {
      expect(
        error.getInterfaces().map(({ name }) => name),
        error.name,
      ).toContain('Error');
      expect(error.name).toMatch(/Error$/);
    }
    expect(errors.map(({ name }) => name)).toContain('ValidationError');
  });

  it('[API-2] fail with a message, a code and a path', () => {
    const error = schema.getType('Error');
    expect(
      fieldsOf(error!)
        .map(({ name, type }) => `${name}: ${type}`)
        .sort(),
    ).toEqual(['code: String!', 'message: String!', 'path: [String!]']);
  });
});

describe('Lists', () => {
  const lists = composites.flatMap((type) =>
    Object.values(type.getFields())
      .filter((field) => getNamedType(field.type).name.endsWith('Connection'))
      .map((field) => ({ path: `${type.name}.${field.name}`, field })),
  );

  it.each(lists)('[API-1] $path pages as a connection', ({ field }) => {
    const argumentTypes = Object.fromEntries(field.args.map(({ name, type }) => [name, String(type)]));
    expect(argumentTypes).toMatchObject({ first: 'Int', last: 'Int', after: 'String', before: 'String' });
    const connection = getNamedType(field.type) as GraphQLObjectType;
    expect(Object.keys(connection.getFields()).sort()).toEqual([
      'edges',
      'isCapped',
      'pageInfo',
      'totalCount',
    ]);
    const edge = getNamedType(connection.getFields()['edges']!.type) as GraphQLObjectType;
    expect(Object.keys(edge.getFields()).sort()).toEqual(['cursor', 'node']);
    expect(String(edge.getFields()['cursor']!.type)).toBe('String!');
    expect(edge.name).toBe(connection.name.replace(/Connection$/, 'Edge'));
  });

  it('[API-1] of the query can all be ordered, by typed columns', () => {
    const unordered = Object.values(roots.Query.getFields())
      .filter((field) => getNamedType(field.type).name.endsWith('Connection'))
      .filter(
        (field) =>
          !field.args.some(({ name, type }) => name === 'orderBy' && isInputObjectType(getNamedType(type))),
      );
    expect(unordered.map(({ name }) => name)).toEqual([]);
  });

  it('[API-1] every object with an id of its own is a Node', () => {
    const objects = types
      .filter(isObjectType)
      .filter((type) => String(type.getFields()['id']?.type) === 'ID!');
    const others = objects.filter((type) => !type.getInterfaces().some(({ name }) => name === 'Node'));
    // Entries of a log are addressed by run and seq.
    expect(
      others
        .filter((type) => !type.getInterfaces().some(({ name }) => name === 'ExecutionEvent'))
        .map(({ name }) => name),
    ).toEqual([]);
    expect(objects.length - others.length).toBeGreaterThan(10);
  });

  it('[API-1] uses JSON only where its shape is not ours to know', () => {
    const isJson = ({ type }: Named) => /JSON/.test(type);
    expect(pathsWhere(inputFields, isJson).sort()).toEqual([
      'ApprovalResolveInput.editedArguments',
      'InputRequestResolveInput.answer',
      'Query.explainToolAccess(arguments:)',
      'ServerCredentialsInput.env',
      'ServerCredentialsInput.headers',
      'TaskRunInput.variables',
    ]);
    // Definitions, arguments, questions and data of tools have the shape that a server gave them; a snapshot is as it was
    // recorded; a field that was changed has the type of its column.
    expect(pathsWhere(outputFields, isJson).sort()).toEqual([
      'AgentRevision.snapshot',
      'Approval.arguments',
      'Approval.editedArguments',
      'ApprovalRequested.arguments',
      'AuditedField.after',
      'AuditedField.before',
      'InputRequest.answer',
      'InputRequest.schema',
      'InputRequested.schema',
      'InputResolved.answer',
      'ServerTool.pinnedDefinition',
      'ServerTool.seenDefinition',
      'ToolCallUpdated.arguments',
      'ToolDefinition.annotations',
      'ToolDefinition.inputSchema',
      'ToolStructured.value',
    ]);
  });
});

describe('What can be null', () => {
  /** Values that every role may read, `[Type, field]`; the fields of events are named with their type. */
  const open = policies.flatMap(({ noun, fields }) =>
    Object.entries(fields)
      .filter(([, least]) => least === 'USER')
      .map(([field]) => (field.includes('.') ? field.split('.') : [noun, field]) as [string, string]),
  );

  it.each(open)('[API-3] %s.%s is never null unless it says when', (typeName, name) => {
    const type = schema.getType(typeName);
    const field = isObjectType(type) ? type.getFields()[name] : undefined;
    // Objects may be out of reach, and lists are read by page.
    if (!field || isObjectType(getNamedType(field.type))) return;
    expect(isNonNullType(field.type) || /\bnull\b/i.test(field.description ?? '')).toBe(true);
  });

  it('[API-2] a payload always has what was changed', () => {
    const payloads = composites.filter(({ name }) =>
      /^(Agent|Task|Execution|Server|Tool).*Payload$/.test(name),
    );
    const nullable = payloads.flatMap((type) => fieldsOf(type).filter((field) => !field.type.endsWith('!')));
    expect(payloads.length).toBeGreaterThan(10);
    expect(nullable.map(({ path }) => path)).toEqual([]);
  });
});
