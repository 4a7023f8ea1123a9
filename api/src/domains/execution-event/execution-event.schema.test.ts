import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getNamedType, type GraphQLObjectType, isCompositeType, parse, validate } from 'graphql';
import { describe, expect, it } from 'vitest';
import { openTestMachine } from '../../../test/setup/machine.ts';
import { codesOf, execute } from '../../../test/setup/graphql.ts';
import { seedRun } from '../../../test/setup/run.ts';
import { PROJECT_DIR } from '../../../test/source/imports.ts';
import { globalId } from '../../graphql/ids.ts';
import { createSchema } from '../../schema.ts';
import { claimExecution } from '../execution/execution.claim.ts';
import { event, writeLog } from './execution-event.log.ts';

const { machine } = await openTestMachine();

const schema = createSchema();
const eventTypes = schema.getPossibleTypes(schema.getType('ExecutionEvent') as never);

const selectionOf = (type: GraphQLObjectType): string =>
  Object.values(type.getFields())
    .map((field) => (isCompositeType(getNamedType(field.type)) ? `${field.name} { __typename }` : field.name))
    .join(' ');

describe('[EXE-2] The types of events', () => {
  it('[EXE-2] can all be selected in one document, with every field', () => {
    const spreads = eventTypes.map((type) => `... on ${type.name} { ${selectionOf(type)} }`);
    const document = `subscription { executionEvents(executionId: "x") { __typename ${spreads.join('\n')} } }`;
    expect(eventTypes.length).toBe(18);
    expect(validate(schema, parse(document)).map(({ message }) => message)).toEqual([]);
  });

  it.each(eventTypes.map(({ name }) => name))('[EXE-2] docs/streaming.md says what %s tells', (name) => {
    const docs = readFileSync(join(PROJECT_DIR, 'docs', 'streaming.md'), 'utf8');
    expect(docs).toMatch(new RegExp(`^\\| \`${name}\` +\\| \\S`, 'm'));
  });

  it('[EXE-2] [AUTHZ-3] arrive with what their reader may read', async () => {
    const { executionId, viewer } = await seedRun(machine);
    await claimExecution(machine, { executionId, owner: 'test' });
    const now = new Date();
    await writeLog(machine.sql, {
      executionId,
      guard: { fence: 1 },
      events: [
        event(
          'TOOL_CALL_UPDATED',
          {
            callId: 'c',
            toolName: 'draw',
            serverName: 'Studio',
            status: 'SUCCEEDED',
            arguments: {},
            result: '[image]',
            content: [
              { type: 'structured', value: { width: 2 }, sizeBytes: 11 },
              { type: 'media', mimeType: 'image/png', sizeBytes: 70 },
            ],
          },
          now,
        ),
        event(
          'USER_MESSAGE_APPENDED',
          { messageId: 'm', text: 'Hurry.', mode: 'STEER', state: 'QUEUED' },
          now,
        ),
        event(
          'INPUT_REQUESTED',
          {
            inputRequestId: 'q',
            callId: 'c',
            serverName: null,
            question: 'Which?',
            schema: { type: 'object' },
          },
          now,
        ),
        event('INPUT_RESOLVED', { inputRequestId: 'q', outcome: 'ANSWERED', answer: { name: 'b' } }, now),
        event('CONTEXT_COMPACTED', { tokensBefore: 9, tokensAfter: 3 }, now),
        event('MODEL_SWITCHED', { from: 'a', to: 'b', reason: 'Overloaded.' }, now),
        event(
          'ARTIFACT_ADDED',
          { artifactId: 'x', name: 'a.png', mimeType: 'image/png', sizeBytes: 70 },
          now,
        ),
      ],
    });
    const document = `query ($id: ID!) { execution(id: $id) { events(last: 7) { edges { node { __typename
      ... on ToolCallUpdated { content { __typename mimeType sizeBytes ... on ToolStructured { value } } progress { done } }
      ... on UserMessageAppended { text mode messageState }
      ... on InputRequested { question schema serverName }
      ... on InputResolved { outcome answer }
      ... on ContextCompacted { tokensBefore tokensAfter }
      ... on ModelSwitched { fromModel toModel reason }
      ... on ArtifactAdded { name mimeType sizeBytes }
    } } } } }`;
    const read = (role: 'ADMIN' | 'USER') =>
      execute(machine, { ...viewer, role }, document, { id: globalId('TaskExecution', executionId) });
    const nodes = ({ data }: Awaited<ReturnType<typeof read>>): unknown[] =>
      data['execution'].events.edges.map(({ node }: { node: unknown }) => node);

    const all = await read('ADMIN');
    expect(all.errors).toEqual([]);
    expect(nodes(all)).toEqual([
      {
        __typename: 'ToolCallUpdated',
        content: [
          { __typename: 'ToolStructured', mimeType: null, sizeBytes: 11, value: { width: 2 } },
          { __typename: 'ToolMedia', mimeType: 'image/png', sizeBytes: 70 },
        ],
        progress: null,
      },
      { __typename: 'UserMessageAppended', text: 'Hurry.', mode: 'STEER', messageState: 'QUEUED' },
      { __typename: 'InputRequested', question: 'Which?', schema: { type: 'object' }, serverName: null },
      { __typename: 'InputResolved', outcome: 'ANSWERED', answer: { name: 'b' } },
      { __typename: 'ContextCompacted', tokensBefore: 9, tokensAfter: 3 },
      { __typename: 'ModelSwitched', fromModel: 'a', toModel: 'b', reason: 'Overloaded.' },
      { __typename: 'ArtifactAdded', name: 'a.png', mimeType: 'image/png', sizeBytes: 70 },
    ]);

    const some = await read('USER');
    expect(new Set(codesOf(some.errors))).toEqual(new Set(['FORBIDDEN']));
    expect(nodes(some)).toMatchObject([
      { content: null, progress: null },
      { text: 'Hurry.' },
      { question: 'Which?' },
      { outcome: 'ANSWERED', answer: null },
      { tokensBefore: null, tokensAfter: null },
      { fromModel: null, toModel: null, reason: 'Overloaded.' },
      { name: 'a.png' },
    ]);
  });
});
