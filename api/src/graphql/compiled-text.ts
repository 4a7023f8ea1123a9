import {
  type FieldNode,
  getNullableType,
  GraphQLInt,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { UnsupportedError } from '../platform/row-conditions.ts';
import { accessOf, fieldsOf, type Fragments, type Selected, selectionsOf } from './compiled-selection.ts';
import { rawValueOf } from './compiled-value.ts';
import type { GraphQLContext } from './context.ts';

/**
 * The JSON of an answer without the answer: what has to be written again and again, keys and type names, is written when the
 * document is compiled. The same text as that of JSON.stringify of what the executor makes.
 */
export type Write = (from: object, ctx: GraphQLContext) => string;

type WriteValue = (value: unknown, ctx: GraphQLContext) => string;

function valueWriterOf(
  type: GraphQLOutputType,
  nodes: readonly FieldNode[],
  sources: Fragments,
  place: string,
): WriteValue {
  const isRequired = isNonNullType(type);
  const write = presentWriterOf(getNullableType(type), nodes, sources, place);
  return (value, ctx) => {
    if (value === null || value === undefined) {
      if (isRequired) throw new UnsupportedError(`${place} is null`);
      return 'null';
    }
    // The executor says what is wrong, or waits for it.
    if (value instanceof Error || value instanceof Promise) throw new UnsupportedError(place);
    return write(value, ctx);
  };
}

function presentWriterOf(
  type: GraphQLOutputType,
  nodes: readonly FieldNode[],
  sources: Fragments,
  place: string,
): WriteValue {
  if (isLeafType(type)) return leafWriterOf(type);
  if (isListType(type)) {
    const each = valueWriterOf(type.ofType as GraphQLOutputType, nodes, sources, place);
    return (values, ctx) => `[${(values as unknown[]).map((value) => each(value, ctx)).join()}]`;
  }
  if (!isObjectType(type) || accessOf(type) !== 'carried') throw new UnsupportedError(place);
  return writerOf(type, fieldsOf(type, selectionsOf(nodes), sources), sources) as WriteValue;
}

/** JSON.stringify takes longer to find out what a number is than to write it. */
function leafWriterOf(type: GraphQLLeafType): WriteValue {
  if (type === GraphQLInt) return (value) => String(type.serialize(value));
  return (value) => {
    const text = JSON.stringify(type.serialize(value)) as string | undefined;
    if (text === undefined) throw new UnsupportedError(`a ${type.name} without JSON`);
    return text;
  };
}

/** Of an object type, with the fields that are selected; none of them may have arguments. */
export function writerOf(type: GraphQLObjectType, selected: readonly Selected[], sources: Fragments): Write {
  const parts: { before: string; write: Write }[] = [];
  let before = '{';
  for (const [index, { key, name, field, nodes }] of selected.entries()) {
    before += `${index > 0 ? ',' : ''}${JSON.stringify(key)}:`;
    if (name === '__typename') {
      before += JSON.stringify(type.name);
      continue;
    }
    const valueOf = rawValueOf(type, field);
    const writeValue = valueWriterOf(field.type, nodes, sources, `${type.name}.${field.name}`);
    parts.push({ before, write: (from, ctx) => writeValue(valueOf(from, ctx), ctx) });
    before = '';
  }
  const after = `${before}}`;
  return (from, ctx) => {
    let text = '';
    for (const part of parts) text += part.before + part.write(from, ctx);
    return text + after;
  };
}
