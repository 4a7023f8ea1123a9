/**
 * Whether a text that claims to be a JSON Schema is one, so far as models are concerned: providers refuse a whole request
 * for one malformed schema. The forms of the keywords are those of 2020-12, with what draft-07 calls otherwise. Nothing is
 * compiled: a schema comes from whoever runs the server.
 */

const TYPES = new Set(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null']);
/** Deeper than people write, shallow enough for every reader of it. */
const DEEPEST = 64;

type Check = (value: unknown, depth: number) => string | null;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const must =
  (test: (value: unknown) => boolean, form: string): Check =>
  (value) =>
    test(value) ? null : `must be ${form}`;
const firstOf = (values: unknown[], depth: number): string | null => {
  for (const value of values) {
    const fault = schema(value, depth + 1);
    if (fault) return fault;
  }
  return null;
};
const schema: Check = (value, depth) => {
  if (typeof value === 'boolean') return null;
  if (!isRecord(value)) return 'must be a schema';
  return findFault(value, depth);
};
const schemas: Check = (value, depth) =>
  Array.isArray(value) && value.length > 0 ? firstOf(value, depth) : 'must be a list of schemas';
const schemasByName: Check = (value, depth) =>
  isRecord(value) ? firstOf(Object.values(value), depth) : 'must be schemas by name';
const text = must((value) => typeof value === 'string', 'a text');
const number = must((value) => typeof value === 'number', 'a number');
const count = must((value) => Number.isInteger(value) && (value as number) >= 0, 'a count');
const names = must(
  (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
  'a list of names',
);

const KEYWORDS: Record<string, Check> = {
  type: must(
    (value) =>
      Array.isArray(value)
        ? value.length > 0 && value.every((one) => TYPES.has(one as string))
        : TYPES.has(value as string),
    'a type of JSON, or a list of them',
  ),
  enum: must(Array.isArray, 'a list'),
  required: names,
  properties: schemasByName,
  patternProperties: schemasByName,
  $defs: schemasByName,
  definitions: schemasByName,
  dependentSchemas: schemasByName,
  allOf: schemas,
  anyOf: schemas,
  oneOf: schemas,
  prefixItems: schemas,
  items: (value, depth) => (Array.isArray(value) ? firstOf(value, depth) : schema(value, depth + 1)),
  additionalProperties: (value, depth) => schema(value, depth + 1),
  propertyNames: (value, depth) => schema(value, depth + 1),
  contains: (value, depth) => schema(value, depth + 1),
  not: (value, depth) => schema(value, depth + 1),
  if: (value, depth) => schema(value, depth + 1),
  then: (value, depth) => schema(value, depth + 1),
  else: (value, depth) => schema(value, depth + 1),
  $ref: text,
  description: text,
  title: text,
  format: text,
  pattern: must(isPattern, 'a regular expression'),
  minimum: number,
  maximum: number,
  exclusiveMinimum: must((value) => typeof value === 'number' || typeof value === 'boolean', 'a number'),
  exclusiveMaximum: must((value) => typeof value === 'number' || typeof value === 'boolean', 'a number'),
  multipleOf: number,
  minLength: count,
  maxLength: count,
  minItems: count,
  maxItems: count,
  minProperties: count,
  maxProperties: count,
};

/** Null for a schema; else what is wrong, naming the keyword. */
export function findFault(candidate: Record<string, unknown>, depth = 0): string | null {
  if (depth > DEEPEST) return `is nested more than ${DEEPEST} deep`;
  for (const [keyword, value] of Object.entries(candidate)) {
    const fault = Object.hasOwn(KEYWORDS, keyword) ? KEYWORDS[keyword]!(value, depth) : null;
    if (fault) return `${keyword} ${fault}`;
  }
  return null;
}

/** Compiled, never run. */
function isPattern(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  try {
    return new RegExp(value) instanceof RegExp;
  } catch {
    return false;
  }
}
