import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  buildSchema,
  getNamedType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isEnumType,
  isListType,
  isNonNullType,
  Kind,
  type SelectionNode,
} from 'graphql';
import { ExecutionTimelineEventFragmentDoc } from '#app/gql/executions.ts';
import { possibleTypes } from '#app/gql/possible-types.ts';
import type { ExecutionEvent } from '#app/modules/executions/timeline-model.ts';

type EventKind = ExecutionEvent['__typename'];
type EventOf<T extends EventKind> = Extract<ExecutionEvent, { __typename: T }>;

/** Of every type that the API has. */
export const EVENT_KINDS = possibleTypes.ExecutionEvent as EventKind[];

const schema = buildSchema(readFileSync(join(import.meta.dirname, '../../schema.graphql'), 'utf8'));

const fragment = ExecutionTimelineEventFragmentDoc.definitions[0]!;
const selections = fragment.kind === Kind.FRAGMENT_DEFINITION ? fragment.selectionSet.selections : [];

/** What the dashboard selects of a type, as the API would send it if there were nothing to say. */
function blankOf(kind: EventKind): object {
  const own = selections.flatMap((selection): readonly SelectionNode[] =>
    selection.kind === Kind.INLINE_FRAGMENT && selection.typeCondition?.name.value === kind
      ? selection.selectionSet.selections
      : [],
  );
  const fields = (schema.getType(kind) as GraphQLObjectType).getFields();
  return Object.fromEntries(
    own.flatMap((selection) =>
      selection.kind === Kind.FIELD
        ? [[selection.name.value, blankValueOf(fields[selection.name.value]!.type)]]
        : [],
    ),
  );
}

const BLANK_SCALARS: Record<string, unknown> = { String: '', ID: '', Int: 0, Float: 0, Boolean: false };

function blankValueOf(type: GraphQLOutputType): unknown {
  if (!isNonNullType(type)) return null;
  if (isListType(type.ofType)) return [];
  const named = getNamedType(type);
  return isEnumType(named) ? named.getValues()[0]!.value : BLANK_SCALARS[named.name];
}

export const EXECUTION_ID = 'execution-1';

/** An event as the API sends it, one second after the other. */
export function anEvent<T extends EventKind>(
  seq: number,
  kind: T,
  fields: Partial<EventOf<T>> = {},
): ExecutionEvent {
  return {
    __typename: kind,
    ...blankOf(kind),
    ...fields,
    id: `event-${seq}`,
    executionId: EXECUTION_ID,
    seq,
    occurredAt: new Date(Date.UTC(2030, 0, 1, 0, 0, seq)).toISOString(),
  } as ExecutionEvent;
}

export const output = (seq: number, text: string): ExecutionEvent => anEvent(seq, 'OutputAppended', { text });
