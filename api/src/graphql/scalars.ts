import { DateTimeResolver as AnyDateTime, JSONObjectResolver, JSONResolver } from 'graphql-scalars';
import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

export { JSONObjectResolver, JSONResolver };

/** Years that RFC 3339 can write and PostgreSQL can store; JavaScript knows a year 0, PostgreSQL does not. */
const FIRST_INSTANT = Date.parse('0001-01-01T00:00:00.000Z');
const LAST_INSTANT = Date.parse('9999-12-31T23:59:59.999Z');

function storable(date: Date): Date {
  const time = date.getTime();
  if (!(time >= FIRST_INSTANT && time <= LAST_INSTANT)) {
    throw new GraphQLError('A DateTime lies between the years 0001 and 9999.', {
      extensions: { code: 'BAD_USER_INPUT' },
    });
  }
  return date;
}

export const DateTimeResolver = new GraphQLScalarType<Date, Date>({
  ...AnyDateTime.toConfig(),
  description:
    'An instant, as RFC 3339 writes it, such as 2026-03-01T10:15:30Z, in the years 0001 to 9999. Answers are in UTC, with milliseconds.',
  parseValue: (value) => storable(AnyDateTime.parseValue(value)),
  parseLiteral: (node, variables) => storable(AnyDateTime.parseLiteral(node, variables)),
});

const DECIMAL = /^-?\d{1,12}(\.\d{1,6})?$/;

function parseDecimal(value: unknown): string {
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string' || !DECIMAL.test(text)) {
    throw new GraphQLError('A Decimal is a string such as "0.25", with at most six digits after the point.');
  }
  return text;
}

/** Exact decimal numbers travel as strings: a float would lose cents. */
export const DecimalResolver = new GraphQLScalarType<string, string>({
  name: 'Decimal',
  description:
    'An exact decimal number, written as a string such as "0.25"; at most six digits after the point.',
  serialize: (value) => String(value),
  parseValue: parseDecimal,
  parseLiteral: (node) => {
    if (node.kind !== Kind.STRING && node.kind !== Kind.INT && node.kind !== Kind.FLOAT)
      return parseDecimal(null);
    return parseDecimal(node.value);
  },
});
