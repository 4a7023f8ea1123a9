/**
 * The columns that an update sets: absent means unchanged, null means clear. Prisma refuses a key that is present and
 * undefined, which is what an absent input becomes once it is spread.
 */
export function changesOf<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}
