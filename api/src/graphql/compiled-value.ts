import {
  type FieldNode,
  getNullableType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { UnsupportedError } from '../platform/row-conditions.ts';
import type { ReadRow } from '../platform/row-tree.ts';
import { accessOf, fieldsOf, type Fragments, type Selected, selectionsOf } from './compiled-selection.ts';
import type { GraphQLContext } from './context.ts';

/** A resolver that looks at its row and the context alone. */
type RawResolve = (parent: object, args: object, ctx: GraphQLContext) => unknown;

type Complete = (value: unknown, ctx: GraphQLContext) => unknown;

/** How a value that is there becomes what is sent; as the executor does, but at once. */
function completionOf(
  type: GraphQLOutputType,
  nodes: readonly FieldNode[],
  sources: Fragments,
  place: string,
): Complete {
  const nullable = getNullableType(type);
  const isRequired = isNonNullType(type);
  const complete = innerCompletion(nullable, nodes, sources, place);
  return (value, ctx) => {
    if (value === null || value === undefined) {
      if (isRequired) throw new UnsupportedError(`${place} is null`);
      return null;
    }
    // The executor says what is wrong, or waits for it.
    if (value instanceof Error || value instanceof Promise) throw new UnsupportedError(place);
    return complete(value, ctx);
  };
}

function innerCompletion(
  type: GraphQLOutputType,
  nodes: readonly FieldNode[],
  sources: Fragments,
  place: string,
): Complete {
  if (isLeafType(type)) return (value) => type.serialize(value);
  if (isListType(type)) {
    const each = completionOf(type.ofType as GraphQLOutputType, nodes, sources, place);
    return (values, ctx) => (values as unknown[]).map((value) => each(value, ctx));
  }
  if (!isObjectType(type) || accessOf(type) !== 'carried') throw new UnsupportedError(place);
  const parts = fieldsOf(type, selectionsOf(nodes), sources).map(({ key, name, field, nodes: inner }) => {
    if (name === '__typename') return { key, read: () => type.name };
    return { key, read: readerOf(type, { field, nodes: inner }, sources) };
  });
  return (value, ctx) => {
    const answer: Record<string, unknown> = {};
    for (const { key, read } of parts) answer[key] = read(value as object, ctx);
    return answer;
  };
}

/** What a field without arguments shows of the row, event or value that it belongs to, before it is completed. */
export function rawValueOf(
  type: GraphQLObjectType,
  field: Selected['field'],
): (from: object, ctx: GraphQLContext) => unknown {
  const place = `${type.name}.${field.name}`;
  const { pothosExposedField: column, pothosOptions } = field.extensions as {
    pothosExposedField?: string;
    pothosOptions: { resolve?: RawResolve };
  };
  if (field.args.length > 0) throw new UnsupportedError(`${place} has arguments`);
  if (column !== undefined) return (from) => (from as ReadRow)[column];
  const { resolve } = pothosOptions;
  if (!resolve) throw new UnsupportedError(place);
  return (from, ctx) => resolve(from, {}, ctx);
}

/** How the value of a field without arguments follows from the row, event or value that it belongs to. */
export function readerOf(
  type: GraphQLObjectType,
  { field, nodes }: Pick<Selected, 'field' | 'nodes'>,
  sources: Fragments,
): (from: object, ctx: GraphQLContext) => unknown {
  const valueOf = rawValueOf(type, field);
  const complete = completionOf(field.type, nodes, sources, `${type.name}.${field.name}`);
  return (from, ctx) => complete(valueOf(from, ctx), ctx);
}
