import {
  execute,
  getNamedType,
  type GraphQLField,
  type GraphQLObjectType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isObjectType,
  parse,
} from 'graphql';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { policies } from '../src/ability.ts';
import { createAbility, ROLES, type Viewer } from '../src/domains/policy.ts';
import { createCompiledQueries } from '../src/graphql/compiled-query.ts';
import type { GraphQLContext } from '../src/graphql/context.ts';
import { sizeOf } from '../src/graphql/operation-size.ts';
import { createSchema } from '../src/schema.ts';
import { seedEstate } from './setup/estate.ts';
import { contextOfViewer } from './setup/graphql.ts';
import { openTestMachine } from './setup/machine.ts';
import { seedMember, seedViewer } from './setup/run.ts';
import { createRandom, type Random } from './source/random-operations.ts';

/**
 * What is answered without the executor is what the executor answers: random lists with random fields, pages, conditions and
 * orders, as each role. The seed is in the title; `STUDIO_RANDOM_SEED=… STUDIO_RANDOM_OPERATIONS=2000` repeats or prolongs it.
 */
const SEED = Number(process.env['STUDIO_RANDOM_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
const OPERATIONS = Number(process.env['STUDIO_RANDOM_OPERATIONS'] ?? 60);

const { machine } = await openTestMachine();
// Durations up to now are the same for both.
const now = new Date();
machine.clock = { now: () => now };
const schema = createSchema();
const compiled = createCompiledQueries(schema);
const lists = Object.values(schema.getQueryType()!.getFields()).filter(
  ({ extensions }) => extensions['listed'],
);

const viewers = new Map<string, Viewer>();
beforeAll(async () => {
  const admin = await seedViewer(machine);
  for (const mark of ['one', 'two', 'three']) await seedEstate(machine, admin, mark);
  await seedEstate(machine, await seedViewer(machine), 'foreign');
  for (const role of ROLES) viewers.set(role, await seedMember(machine, admin.organizationId, role));
  // Whoever sees only the runs of their own has some.
  await machine.db.taskExecution.updateMany({
    where: { organizationId: admin.organizationId, task: { title: { startsWith: 'one' } } },
    data: { startedById: viewers.get('USER')!.userId },
  });
});

/** Both answers of a query; `fast` is null when it was left to the executor. */
async function ask(viewer: Viewer, query: string, variables: Record<string, unknown> = {}) {
  const context = (): GraphQLContext => ({
    ...contextOfViewer(machine, viewer),
    ability: createAbility(viewer, policies),
  });
  const document = parse(query);
  const plain = await execute({ schema, document, variableValues: variables, contextValue: context() });
  const ctx = context();
  ctx.rate.size = sizeOf({ schema, document, variableValues: variables, contextValue: ctx });
  const sql = vi.spyOn(machine.sql, 'query');
  const fast = await compiled.answer({ document, variableValues: variables, ctx });
  const statements = sql.mock.calls.length;
  sql.mockRestore();
  return {
    plain: JSON.parse(JSON.stringify(plain)) as Answer,
    fast: JSON.parse(JSON.stringify(fast)) as Answer | null,
    /** Sent for the fast one. */
    statements,
  };
}
interface Answer {
  data?: Record<string, { edges: { cursor?: string }[] }>;
  errors?: unknown[];
}

const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)]!;

/** Some fields of a type, down to three rows within rows. */
function selection(random: Random, type: GraphQLObjectType, depth: number): string {
  const fields = Object.values(type.getFields()).filter(
    ({ args, extensions }) => args.length === 0 || extensions['listed'],
  );
  const chosen = fields
    .filter(() => random() < 0.5)
    .flatMap((field) => {
      const inner = getNamedType(field.type);
      const alias = random() < 0.1 ? `${field.name}_: ` : '';
      if (field.extensions['listed']) return depth > 0 ? [alias + list(random, field, depth - 1)] : [];
      if (isLeafType(inner)) return [alias + field.name];
      if (!isObjectType(inner) || depth === 0) return [];
      return [`${alias}${field.name} { ${selection(random, inner, depth - 1)} }`];
    });
  return ['__typename', ...chosen].join(' ');
}

function list(
  random: Random,
  field: GraphQLField<unknown, unknown>,
  depth: number,
  more: string[] = [],
): string {
  const connection = getNamedType(field.type) as GraphQLObjectType;
  const edge = getNamedType(connection.getFields()['edges']!.type) as GraphQLObjectType;
  const node = getNamedType(edge.getFields()['node']!.type) as GraphQLObjectType;
  const size = `${pick(random, ['first', 'last'])}: ${pick(random, [1, 2, 5, 100])}`;
  const args = [size, ...conditions(random, field), ...more].join(', ');
  const parts = [
    ...(random() < 0.4 ? ['totalCount'] : []),
    ...(random() < 0.4 ? ['isCapped'] : []),
    ...(random() < 0.6 ? ['pageInfo { hasNextPage hasPreviousPage startCursor endCursor }'] : []),
    `edges { cursor node { ${selection(random, node, depth)} } }`,
  ];
  return `${field.name}(${args}) { ${parts.join(' ')} }`;
}

function conditions(random: Random, field: GraphQLField<unknown, unknown>): string[] {
  return field.args.flatMap(({ name, type }) => {
    const input = getNamedType(type);
    if (!isInputObjectType(input) || random() < 0.6) return [];
    if (name === 'orderBy') {
      const orders = getNamedType(input.getFields()['field']!.type);
      if (!isEnumType(orders)) return [];
      return [
        `orderBy: { field: ${pick(random, orders.getValues()).name}, direction: ${pick(random, ['ASC', 'DESC'])} }`,
      ];
    }
    const parts = Object.values(input.getFields()).flatMap((part) => {
      if (random() < 0.6) return [];
      const value = getNamedType(part.type);
      if (value.name === 'Boolean') return [`${part.name}: ${pick(random, ['true', 'false'])}`];
      if (value.name === 'StringFilter')
        return [
          `${part.name}: ${pick(random, ['{ contains: "ONE" }', '{ startsWith: "t" }', '{ equals: "one worker" }', '{ in: ["one worker"] }', '{ contains: "%" }', '{}'])}`,
        ];
      if (value.name === 'DateTimeFilter')
        return [
          `${part.name}: ${pick(random, ['{ gte: "2001-01-01T00:00:00Z" }', '{ lt: "2001-01-01T00:00:00Z" }'])}`,
        ];
      if (!isInputObjectType(value)) return [];
      const values = getNamedType(value.getFields()['equals']!.type);
      if (!isEnumType(values)) return [];
      const names = [pick(random, values.getValues()).name, pick(random, values.getValues()).name];
      return [
        `${part.name}: ${pick(random, [`{ equals: ${names[0]!} }`, `{ in: [${names.join(', ')}] }`, '{ in: [] }'])}`,
      ];
    });
    return [`${name}: { ${parts.join(', ')} }`];
  });
}

describe(`lists without the executor (seed ${SEED})`, () => {
  it.each(ROLES)('[API-1] are answered alike for %s, or left to it', async (role) => {
    const random = createRandom(SEED + ROLES.indexOf(role));
    const viewer = viewers.get(role)!;
    let answered = 0;
    for (let count = 0; count < OPERATIONS; count += 1) {
      const query = `{ ${list(random, pick(random, lists), 2)} }`;
      const { plain, fast } = await ask(viewer, query);
      if (!fast) continue;
      answered += 1;
      expect(fast, query).toEqual(plain);
    }
    // What is always left to the executor would prove nothing.
    if (role === 'ADMIN') expect(answered).toBeGreaterThan(OPERATIONS * 0.15);
  });

  it('[API-4] go from page to page by the same cursors, in both directions', async () => {
    const viewer = viewers.get('ADMIN')!;
    const page = `query ($first: Int, $last: Int, $after: String, $before: String) {
      agents(first: $first, last: $last, after: $after, before: $before, orderBy: { field: NAME, direction: ASC }) {
        totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { id name } }
      }
    }`;
    let cursor: string | undefined;
    for (const [size, at] of [
      ['first', 'after'],
      ['last', 'before'],
    ] as const) {
      for (let turn = 0; turn < 4; turn += 1) {
        const { plain, fast } = await ask(viewer, page, { [size]: 2, [at]: cursor });
        expect(fast).toEqual(plain);
        const { edges } = fast!.data!['agents']!;
        cursor = (size === 'first' ? edges.at(-1) : edges[0])?.cursor ?? cursor;
      }
    }
  });

  it('[API-4] are read by one statement, whatever is within them', async () => {
    const query = `{ agents { edges { node { name status server { name } executions(first: 5) { totalCount edges { node {
      status agent { name } task { title } } } } } } } tasks { totalCount edges { node { title } } } }`;
    const { plain, fast, statements } = await ask(viewers.get('ADMIN')!, query);
    expect(fast).toEqual(plain);
    expect(statements).toBe(1);
  });

  it('[AUTHZ-3] leave to the executor what the viewer may not read, and what is refused', async () => {
    const system = '{ agents { edges { node { id systemPrompt } } } }';
    expect((await ask(viewers.get('VIEWER')!, system)).fast).toBeNull();
    expect((await ask(viewers.get('OPERATOR')!, system)).fast).not.toBeNull();
    for (const refused of [
      '(first: 0)',
      '(first: 1, last: 1)',
      '(after: "x")',
      '(filter: { serverId: "x" })',
    ])
      expect(
        (await ask(viewers.get('ADMIN')!, `{ agents${refused} { edges { node { id } } } }`)).fast,
        refused,
      ).toBeNull();
  });
});
