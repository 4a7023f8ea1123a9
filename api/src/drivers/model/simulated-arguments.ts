import type { Json, JsonObject } from '../driver.ts';

/** Deeper schemas are recursive or not worth guessing. */
const maxDepth = 8;

/**
 * Arguments that satisfy a tool's JSON Schema: required properties only, from `const`, `enum`, `default` and bounds.
 * `hints` gives the text for string properties by name, `fallback` for all others.
 * Returns undefined when the schema asks for something that cannot be made up (an unknown pattern, a foreign `$ref`).
 */
export function synthesizeArguments(
  schema: JsonObject,
  text: { hints: Record<string, string>; fallback: string },
): JsonObject | undefined {
  const make = (node: Json | undefined, name: string, depth: number): Json | undefined => {
    if (depth > maxDepth) return undefined;
    if (!isObject(node)) return text.fallback; // `true`, `{}` or absent: anything will do
    if (typeof node.$ref === 'string') {
      const target = resolve(schema, node.$ref);
      return target === undefined ? undefined : make(target, name, depth + 1);
    }
    if (node.const !== undefined) return node.const;
    if (Array.isArray(node.enum)) return node.enum[0];
    if (node.default !== undefined) return node.default;
    const options = node.anyOf ?? node.oneOf;
    if (Array.isArray(options)) return first(options, (option) => make(option, name, depth + 1));
    if (node.allOf !== undefined) return undefined;

    switch (typeOf(node)) {
      case 'object':
        return makeObject(node, (property, child) => make(property, child, depth + 1));
      case 'array': {
        const length = numberOr(node.minItems, 0);
        const item = length > 0 ? make(node.items, name, depth + 1) : null;
        return item === undefined ? undefined : Array.from({ length }, () => item);
      }
      case 'integer':
      case 'number':
        return makeNumber(node);
      case 'boolean':
        return false;
      case 'null':
        return null;
      default:
        return makeString(node, text.hints[name] ?? text.fallback);
    }
  };
  return makeObject(schema, (property, name) => make(property, name, 1));
}

function makeObject(
  node: JsonObject,
  make: (property: Json | undefined, name: string) => Json | undefined,
): JsonObject | undefined {
  const properties = isObject(node.properties) ? node.properties : {};
  const made: JsonObject = {};
  for (const name of Array.isArray(node.required) ? node.required : []) {
    if (typeof name !== 'string') return undefined;
    const value = make(properties[name], name);
    if (value === undefined) return undefined;
    made[name] = value;
  }
  return made;
}

function makeNumber(node: JsonObject): number | undefined {
  const step = numberOr(node.multipleOf, typeOf(node) === 'integer' ? 1 : 0);
  const above = numberOr(node.exclusiveMinimum, -Infinity);
  const below = numberOr(node.exclusiveMaximum, Infinity);
  const low = Math.max(numberOr(node.minimum, -Infinity), above);
  const high = Math.min(numberOr(node.maximum, Infinity), below);
  const fits = (value: number) => value >= low && value <= high && value > above && value < below;

  const start = Math.min(Math.max(1, low), high);
  const candidates =
    step > 0
      ? [
          Math.ceil(start / step) * step,
          (Math.floor(start / step) + 1) * step,
          Math.floor(start / step) * step,
        ]
      : [start, start + 1, start - 1, (low + high) / 2];
  return candidates.find(fits);
}

const formats: Record<string, string> = {
  date: '2026-01-01',
  'date-time': '2026-01-01T00:00:00Z',
  time: '00:00:00Z',
  email: 'someone@example.com',
  uri: 'https://example.com/',
  url: 'https://example.com/',
  uuid: '00000000-0000-4000-8000-000000000000',
};

function makeString(node: JsonObject, wanted: string): string | undefined {
  const formatted = typeof node.format === 'string' ? formats[node.format] : undefined;
  const text = (formatted ?? wanted)
    .padEnd(numberOr(node.minLength, 0), '.')
    .slice(0, numberOr(node.maxLength, Infinity));
  if (typeof node.pattern !== 'string') return text;
  try {
    return new RegExp(node.pattern, 'u').test(text) ? text : undefined;
  } catch {
    return undefined; // not a pattern this engine reads: the schema cannot be satisfied knowingly
  }
}

/** The first type named that is not null; a schema without a type but with properties is an object. */
function typeOf(node: JsonObject): string {
  const named = Array.isArray(node.type) ? (node.type.find((type) => type !== 'null') ?? 'null') : node.type;
  return typeof named === 'string' ? named : node.properties ? 'object' : 'string';
}

/** Follows a reference within the schema (`#/$defs/name`). */
function resolve(schema: JsonObject, reference: string): Json | undefined {
  if (!reference.startsWith('#/')) return undefined;
  let node: Json | undefined = schema;
  for (const key of reference.slice(2).split('/')) node = isObject(node) ? node[key] : undefined;
  return node;
}

function first<T, R>(list: readonly T[], map: (item: T) => R | undefined): R | undefined {
  for (const item of list) {
    const mapped = map(item);
    if (mapped !== undefined) return mapped;
  }
  return undefined;
}

function numberOr(value: Json | undefined, fallback: number): number {
  return typeof value === 'number' ? value : fallback;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
