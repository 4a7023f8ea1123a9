import { findModelField, listModelFields, type ModelField } from './datamodel.ts';

/** Prisma's conditions and orders as SQL: those that the listings are made of. */

/** What is written in a way that is not read here; Prisma can read it. */
export class UnsupportedError extends Error {}

/** The values of a statement, and names for its tables. */
export class Parameters {
  readonly values: unknown[] = [];
  /** Whether a text is compared with a pattern: how many rows match depends on it entirely. */
  hasPatterns = false;
  private aliases = 0;

  add(value: unknown): string {
    this.values.push(value);
    return `$${this.values.length}`;
  }

  nextAlias(): string {
    this.aliases += 1;
    return `t${this.aliases}`;
  }
}

/** Throws UnsupportedError for a name that the model does not have. */
export function fieldOf(model: string, name: string): ModelField {
  const field = findModelField(model, name);
  if (!field) throw new UnsupportedError(`${model}.${name}`);
  return field;
}

/** Rows of `alias` that a relation leads to. Keys of the schema end with the id, after the organization. */
export function joinOf(from: { model: string; alias: string; relation: string }, alias: string): string {
  const field = fieldOf(from.model, from.relation);
  const pairs = (columns: readonly string[]) =>
    columns.map((column, index) => [column, index === columns.length - 1 ? 'id' : column] as const);
  if (field.relationFromFields?.length) {
    return pairs(field.relationFromFields)
      .map(([own, other]) => `${alias}."${other}" = ${from.alias}."${own}"`)
      .join(' AND ');
  }
  const back = listModelFields(field.type).find(
    ({ relationName, relationFromFields }) =>
      relationName === field.relationName && relationFromFields?.length,
  );
  if (!back) throw new UnsupportedError(`${from.model}.${from.relation}`);
  return pairs(back.relationFromFields!)
    .map(([own, other]) => `${alias}."${own}" = ${from.alias}."${other}"`)
    .join(' AND ');
}

export function conditionOf(model: string, alias: string, where: object, parameters: Parameters): string {
  const parts = Object.entries(where)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => {
      if (key === 'AND') {
        return (Array.isArray(value) ? value : [value])
          .map((each) => conditionOf(model, alias, each as object, parameters))
          .join(' AND ');
      }
      if (key === 'OR') {
        if (!Array.isArray(value) || value.length === 0) throw new UnsupportedError('OR of nothing');
        return `(${value.map((each) => conditionOf(model, alias, each as object, parameters)).join(' OR ')})`;
      }
      const field = fieldOf(model, key);
      return field.kind === 'object'
        ? relatedCondition({ model, alias, field }, value, parameters)
        : columnCondition(`${alias}."${key}"`, field, value, parameters);
    })
    .filter((part) => part !== '');
  return parts.length === 0 ? 'TRUE' : `(${parts.join(' AND ')})`;
}

function relatedCondition(
  { model, alias, field }: { model: string; alias: string; field: ModelField },
  value: unknown,
  parameters: Parameters,
): string {
  if (typeof value !== 'object') throw new UnsupportedError(`${model}.${field.name}`);
  const exists = (where: object) => {
    const other = parameters.nextAlias();
    return `EXISTS (SELECT 1 FROM "${field.type}" ${other} WHERE ${joinOf({ model, alias, relation: field.name }, other)} AND ${conditionOf(field.type, other, where, parameters)})`;
  };
  if (value === null && !field.isList) return `NOT ${exists({})}`;
  if (value === null) throw new UnsupportedError(`${model}.${field.name} of nothing`);
  if (!field.isList) return exists(value);
  const parts = Object.entries(value).map(([key, where]) => {
    if (key === 'some') return exists(where as object);
    if (key === 'none') return `NOT ${exists(where as object)}`;
    throw new UnsupportedError(`${model}.${field.name}.${key}`);
  });
  return parts.join(' AND ');
}

const COMPARISONS: Readonly<Record<string, string>> = { equals: '=', gt: '>', gte: '>=', lt: '<', lte: '<=' };

function columnCondition(column: string, field: ModelField, value: unknown, parameters: Parameters): string {
  if (field.isList) throw new UnsupportedError(`a condition on the list ${field.name}`);
  if (value === null) return `${column} IS NULL`;
  if (typeof value !== 'object' || value instanceof Date)
    return `${column} = ${field.kind === 'enum' ? literalOf(field, value) : parameters.add(value)}`;
  const { mode, ...comparisons } = value as Record<string, unknown>;
  const isInsensitive = mode === 'insensitive';
  const parts = Object.entries(comparisons).map(([key, operand]) => {
    if (key === 'not' && operand === null) return `${column} IS NOT NULL`;
    if (key === 'not' && field.kind === 'enum') return `${column} <> ${literalOf(field, operand)}`;
    if (operand === null || operand === undefined)
      throw new UnsupportedError(`${field.name}.${key} of nothing`);
    if (key === 'in') {
      if (field.kind === 'enum')
        return `${column} = ANY(ARRAY[${(operand as unknown[]).map((each) => literalOf(field, each)).join(', ')}]::"${field.type}"[])`;
      const element = SQL_TYPES[field.type];
      if (isInsensitive || element === undefined) throw new UnsupportedError(`in, of ${field.type}`);
      return `${column} = ANY(${parameters.add(operand)}::${element}[])`;
    }
    if (isInsensitive || key === 'contains' || key === 'startsWith') {
      const pattern = PATTERNS[key]?.(String(operand));
      if (pattern === undefined) throw new UnsupportedError(`${field.name}.${key}`);
      parameters.hasPatterns = true;
      return `${column} ${isInsensitive ? 'ILIKE' : 'LIKE'} ${parameters.add(pattern)}`;
    }
    const comparison = COMPARISONS[key];
    if (comparison === undefined) throw new UnsupportedError(`${field.name}.${key}`);
    return `${column} ${comparison} ${field.kind === 'enum' ? literalOf(field, operand) : parameters.add(operand)}`;
  });
  return parts.length === 0 ? '' : parts.join(' AND ');
}

/**
 * Values of an enum stand in the text: a plan that is kept for all values of a parameter takes the rare status of a run at work
 * for a common one, and reads the whole history of an organization to count them.
 */
function literalOf(field: ModelField, value: unknown): string {
  if (typeof value !== 'string' || !/^[A-Z][A-Z0-9_]*$/.test(value))
    throw new UnsupportedError(`a value of ${field.type}`);
  return `'${value}'::"${field.type}"`;
}

const SQL_TYPES: Readonly<Record<string, string>> = { String: 'text', Int: 'int' };
/** As Prisma hands them to LIKE: wildcards within are the caller's. */
const PATTERNS: Readonly<Record<string, (text: string) => string>> = {
  equals: (text) => text,
  contains: (text) => `%${text}%`,
  startsWith: (text) => `${text}%`,
};

export function orderOf(model: string, alias: string, orderBy: readonly object[]): string {
  return orderBy
    .flatMap((order) => Object.entries(order) as [string, unknown][])
    .map(([key, value]) => {
      const field = fieldOf(model, key);
      if (value === 'asc' || value === 'desc') return `${alias}."${key}" ${value}`;
      if (isNullsLast(value)) return `${alias}."${key}" asc NULLS LAST`;
      if (field.kind !== 'object' || field.isList || value === null || typeof value !== 'object')
        throw new UnsupportedError(`an order by ${key}`);
      const [[name, direction]] = Object.entries(value) as [[string, unknown]];
      if (direction !== 'asc' && direction !== 'desc')
        throw new UnsupportedError(`an order by ${key}.${name}`);
      const other = `${alias}_${key}`;
      fieldOf(field.type, name);
      return `(SELECT ${other}."${name}" FROM "${field.type}" ${other} WHERE ${joinOf({ model, alias, relation: key }, other)}) ${direction}`;
    })
    .join(', ');
}

const isNullsLast = (order: unknown): boolean => {
  const { sort, nulls } = (order ?? {}) as { sort?: unknown; nulls?: unknown };
  return sort === 'asc' && nulls === 'last';
};
