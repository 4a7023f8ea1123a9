/** How lists are asked for: shared by every service, translated to Prisma in one place. */

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

export interface Order<F extends string> {
  field: F;
  direction: 'ASC' | 'DESC';
}

/** Drops what was not given: Prisma refuses `undefined`, and null would mean the column's null. */
function given<T extends object>(values: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value !== null),
  ) as never;
}

export function stringWhere(condition: StringCondition | null | undefined) {
  return condition ? { ...given(condition), mode: 'insensitive' as const } : null;
}

export function enumWhere<T>(condition: EnumCondition<T> | null | undefined) {
  return condition ? given({ equals: condition.equals, in: condition.in }) : null;
}

export function dateTimeWhere(condition: DateTimeCondition | null | undefined) {
  return condition ? given({ gte: condition.gte, lt: condition.lt }) : null;
}

/** A where of the conditions that were given. */
export const allOf = (conditions: Record<string, unknown>): object => given(conditions);

/** A total order: the column asked for, then the id. Newest first when nothing was asked for. */
export function orderOf<F extends string>(
  order: Order<F> | null | undefined,
  columns: Record<F, string>,
): Record<string, 'asc' | 'desc'>[] {
  if (!order) return [{ createdAt: 'desc' }, { id: 'desc' }];
  const direction = order.direction === 'ASC' ? 'asc' : 'desc';
  return [{ [columns[order.field]]: direction }, { id: direction }];
}
