/** A connection keeps a plan for each name: as many as a studio has operations, not as many as a stranger can think of. */
const MOST_NAMED = 500;
const names = new Map<string, string>();

/**
 * The name under which a connection keeps the plan of a statement, so that it is parsed and planned once: `{}` when there
 * are too many already. Not for statements whose best plan depends on the values.
 */
export function statementName(text: string): { name?: string } {
  let name = names.get(text);
  if (name === undefined && names.size < MOST_NAMED) names.set(text, (name = `statement-${names.size}`));
  return name === undefined ? {} : { name };
}
