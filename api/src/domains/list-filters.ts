import type { Noun } from './policy.ts';

/** What lists can be filtered by: each kind of condition, as a condition of Prisma on the columns of a noun. */

export interface StringCondition {
  equals?: string | null;
  contains?: string | null;
  startsWith?: string | null;
  in?: string[] | null;
}

export interface EnumCondition<T> {
  equals?: T | null;
  in?: T[] | null;
}

export interface DateTimeCondition {
  gte?: Date | null;
  lt?: Date | null;
}

export interface FilterField<Condition = never> {
  kind: 'text' | 'enum' | 'instant' | 'id' | 'flag';
  /** Of which noun an id is. */
  of?: Noun;
  description: string;
  /** Fields of the noun's policy: who may not read them may not filter by this. */
  tells: readonly string[];
  where: (condition: Condition) => object;
  /** Says what is wrong with a condition that would take too long to answer. */
  check?: (condition: Condition) => string | null;
  /** What holds when the condition is not given. */
  otherwise?: object;
}

/** Drops what was not given: Prisma refuses `undefined`, and null would mean the column's null. */
function given<T extends object>(values: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value !== null),
  ) as never;
}

/** Conditions on a text column, in either case of letters. */
export const text = (column: string, description: string): FilterField<StringCondition> => ({
  kind: 'text',
  description,
  tells: [column],
  where: ({ equals, contains, startsWith, in: among }) => {
    const matches = (comparison: string, value: string) => ({
      [column]: { [comparison]: literally(value), mode: 'insensitive' },
    });
    return {
      AND: [
        ...(equals == null ? [] : [matches('equals', equals)]),
        ...(contains == null ? [] : [matches('contains', contains)]),
        ...(startsWith == null ? [] : [matches('startsWith', startsWith)]),
        ...(among == null
          ? []
          : [
              whereAny(
                column,
                among.map((value) => matches('equals', value)),
              ),
            ]),
      ],
    };
  },
});

/** Every comparison that ignores case is a LIKE, to which these mean something else than themselves. */
const literally = (value: string): string => value.replace(/[\\%_]/g, String.raw`\$&`);

/** What an index of trigrams can begin with; less than that would have the whole history read. */
const SEARCHABLE = /[\p{L}\p{N}]{3}/u;

/**
 * A text of a noun that grows for ever. `within` is the relation that holds the text where the noun itself changes too often
 * to be indexed by it.
 */
export function textOfHistory(
  column: string,
  description: string,
  within?: string,
): FilterField<StringCondition> {
  const { where, ...field } = text(within === undefined ? column : 'text', description);
  return {
    ...field,
    tells: [column],
    where: (condition) => (within === undefined ? where(condition) : { [within]: where(condition) }),
    check({ contains, startsWith }) {
      const isSearchable = [contains, startsWith].every((value) => value == null || SEARCHABLE.test(value));
      return isSearchable
        ? null
        : 'Give at least three letters or digits in a row: less is found everywhere.';
    },
  };
}

/** Conditions on an enum column. */
export const oneOf = <T>(column: string, description: string): FilterField<EnumCondition<T>> => ({
  kind: 'enum',
  description,
  tells: [column],
  where: ({ equals, in: among }) => ({ [column]: given({ equals, in: among }) }),
});

/** Conditions on an enum that follows from more than one column; `whereOne` says which rows have a value. */
export const oneOfDerived = <T>(
  field: string,
  description: string,
  whereOne: (value: T) => object,
): FilterField<EnumCondition<T>> => ({
  kind: 'enum',
  description,
  tells: [field],
  where: ({ equals, in: among }) => ({
    AND: [equals ? [equals] : null, among ?? null]
      .filter((values) => values !== null)
      .map((values) => whereAny('id', values.map(whereOne))),
  }),
});

/** Prisma drops an empty OR, and then matches everything: any column that nothing matches says what is meant. */
const whereAny = (column: string, conditions: object[]): object =>
  conditions.length === 0 ? { [column]: { in: [] } } : { OR: conditions };

/** A span of an instant. */
export const between = (column: string, description: string): FilterField<DateTimeCondition> => ({
  kind: 'instant',
  description,
  tells: [column],
  where: ({ gte, lt }) => ({ [column]: given({ gte, lt }) }),
});

/** Rows that point at one row of another noun; `column` is `<field>Id`, and tells what the field does. */
export const reference = (of: Noun, field: string, description: string): FilterField<string> => ({
  kind: 'id',
  of,
  description,
  tells: [field],
  where: (id) => ({ [`${field}Id`]: id }),
});

/** Archived rows are listed when they are asked for. */
export const includeArchived: FilterField<boolean> = {
  kind: 'flag',
  description: 'Whether archived ones are listed too; they are left out otherwise.',
  tells: ['archivedAt'],
  where: (isIncluded) => (isIncluded ? {} : { archivedAt: null }),
  otherwise: { archivedAt: null },
};
