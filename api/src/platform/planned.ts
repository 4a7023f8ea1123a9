/** A connection keeps a plan for each name: as many as a studio has operations, not as many as a stranger can think of. */
const MOST_NAMED = 500;
const names = new Map<string, string>();

/**
 * A statement whose plan a connection keeps, so that it is parsed and planned once: under a name, unless there are too many
 * already. Not for statements whose best plan depends on the values.
 */
export function planned(text: string, values: unknown[]): { name?: string; text: string; values: unknown[] } {
  let name = names.get(text);
  if (name === undefined && names.size < MOST_NAMED) names.set(text, (name = `statement-${names.size}`));
  return name === undefined ? { text, values } : { name, text, values };
}
