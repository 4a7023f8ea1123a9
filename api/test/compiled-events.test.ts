import { execute, getNamedType, type GraphQLObjectType, isLeafType, isObjectType, parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { policies } from '../src/ability.ts';
import type { StoredEvent } from '../src/domains/run-events.ts';
import { createAbility, ROLES, type Viewer } from '../src/domains/policy.ts';
import { createCompiledEvents } from '../src/graphql/compiled-event.ts';
import { createSchema } from '../src/schema.ts';
import { EVENTS_OF_ALL_TYPES } from './setup/events.ts';
import { contextOfViewer } from './setup/graphql.ts';
import { openTestMachine } from './setup/machine.ts';

const { machine } = await openTestMachine();
const schema = createSchema();
const types = schema.getPossibleTypes(schema.getType('ExecutionEvent') as never);
const organizationId = '01890000-0000-7000-8000-00000000000a';
const viewerOf = (role: Viewer['role'], own = organizationId): Viewer => ({
  userId: '01890000-0000-7000-8000-00000000000b',
  organizationId: own,
  role,
  via: { kind: 'session', id: 's' },
});
const events = Object.entries(EVENTS_OF_ALL_TYPES).map(
  ([type, payload], index) =>
    ({
      ...{ executionId: 'e', organizationId, seq: index + 1, type, payload },
      occurredAt: new Date(index),
    }) as StoredEvent,
);

/** Every field that is a value, two levels deep. */
const selectionOf = (type: GraphQLObjectType, depth: number): string =>
  Object.values(type.getFields())
    .map((field) => {
      const inner = getNamedType(field.type);
      if (isLeafType(inner)) return field.name;
      return isObjectType(inner) && depth > 0
        ? `${field.name} { ${selectionOf(inner, depth - 1)} }`
        : `${field.name} { __typename }`;
    })
    .join(' ');
const subscriptionOf = (selection: string) =>
  parse(
    `subscription ($id: ID!) { told: executionEvents(executionId: $id) { kind: __typename id seq ${selection} } }`,
  );
const whole = subscriptionOf(
  types.map((type) => `... on ${type.name} { ${selectionOf(type, 2)} }`).join(' '),
);

function ask(event: StoredEvent, viewer: Viewer, document = whole) {
  const ability = createAbility(viewer, policies);
  const compiled = createCompiledEvents(schema);
  const contextValue = { ...contextOfViewer(machine, viewer), ability };
  const plain = execute({ schema, document, rootValue: event, contextValue, variableValues: { id: 'x' } });
  return { plain, fast: compiled.answers([event], { document }, ability)[0] ?? null };
}
const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('Events without the executor', () => {
  it.each(ROLES)('[EXE-2] are for %s what the executor makes of them, or left to it', async (role) => {
    let shared = 0;
    for (const event of events) {
      const { plain, fast } = ask(event, viewerOf(role));
      if (!fast) continue;
      shared += 1;
      expect(json(fast), event.type).toEqual(json(await plain));
    }
    // Parts of a tool's answer are of several types: the executor knows which.
    expect(shared).toBe(role === 'USER' ? 11 : 17);
  });

  it('[AUTHZ-3] are left to the executor where the viewer may not read them', () => {
    const text = subscriptionOf('... on OutputAppended { text }');
    const [, output] = events;
    expect(ask(output!, viewerOf('USER'), text).fast).not.toBeNull();
    expect(ask(output!, viewerOf('ADMIN', 'of another'), text).fast).toBeNull();
    const usage = subscriptionOf('... on UsageUpdated { inputTokens }');
    const counted = events.find(({ type }) => type === 'USAGE_UPDATED')!;
    expect(ask(counted, viewerOf('USER'), usage).fast).toBeNull();
    expect(ask(counted, viewerOf('VIEWER'), usage).fast).not.toBeNull();
  });

  it('[EXE-4] are made once for all who asked for the same with the same rights', () => {
    const compiled = createCompiledEvents(schema);
    const answer = (viewer: Viewer) =>
      compiled.answers(events, { document: whole }, createAbility(viewer, policies));
    expect(answer(viewerOf('ADMIN'))).toBe(answer({ ...viewerOf('ADMIN'), userId: 'another' }));
    expect(answer(viewerOf('ADMIN'))).not.toBe(answer(viewerOf('USER')));
  });
});
