import {
  type FieldNode,
  getNullableType,
  type GraphQLOutputType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { UnsupportedError } from '../platform/row-conditions.ts';
import type { ReadRow } from '../platform/row-tree.ts';
import { accessOf, fieldsOf, type Fragments, selectionsOf } from './compiled-selection.ts';
import type { GraphQLContext } from './context.ts';

/** A resolver that looks at its row and the context alone. */
export type RawResolve = (parent: object, args: object, ctx: GraphQLContext) => unknown;

export type Complete = (value: unknown, ctx: GraphQLContext) => unknown;

/** How a value that is there becomes what is sent; as the executor does, but at once. */
export function completionOf(
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
    const { pothosExposedField, pothosOptions } = field.extensions as {
      pothosExposedField?: string;
      pothosOptions: { resolve?: RawResolve };
    };
    if (field.args.length > 0) throw new UnsupportedError(`${type.name}.${name} has arguments`);
    const then = completionOf(field.type, inner, sources, `${type.name}.${name}`);
    const { resolve } = pothosOptions;
    if (pothosExposedField === undefined && !resolve) throw new UnsupportedError(`${type.name}.${name}`);
    const read: Complete =
      pothosExposedField === undefined
        ? (value, ctx) => then(resolve!(value as object, {}, ctx), ctx)
        : (value, ctx) => then((value as ReadRow)[pothosExposedField], ctx);
    return { key, read };
  });
  return (value, ctx) => {
    const answer: Record<string, unknown> = {};
    for (const { key, read } of parts) answer[key] = read(value, ctx);
    return answer;
  };
}
