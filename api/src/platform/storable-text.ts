/**
 * What comes from outside may hold what is no text: NUL, and halves of characters that UTF-16 writes in two. PostgreSQL
 * stores neither in JSON.
 */

/** Stands for what is no text (Unicode, “replacement character”). */
export const REPLACEMENT = '\uFFFD';
const NO_TEXT = /\0|\p{Surrogate}/gu;

/** A copy of a JSON value, in whose texts and keys everything is text. The value itself when nothing is to be done. */
export function toStorable<T>(value: T): T {
  if (typeof value === 'string') return value.replace(NO_TEXT, REPLACEMENT) as T;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map(toStorable) as unknown[];
    return items.some((item, index) => item !== value[index]) ? (items as T) : value;
  }
  let isChanged = false;
  const entries = Object.entries(value).map(([key, item]: [string, unknown]) => {
    const entry = [toStorable(key), toStorable(item)] as const;
    isChanged ||= entry[0] !== key || entry[1] !== item;
    return entry;
  });
  return isChanged ? (Object.fromEntries(entries) as T) : value;
}
