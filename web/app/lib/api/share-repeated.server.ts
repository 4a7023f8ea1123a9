/**
 * Makes rows that an answer repeats, such as the server of every agent of a list, the same object. A page is sent as a list of
 * values, in which an object that comes again is a number; equal ones would each be written out.
 */
export function shareRepeated<T>(answer: T): T {
  const known = new Map<string, object>();
  const visit = (value: object): object => {
    let isLeaf = !Array.isArray(value);
    for (const [key, child] of Object.entries(value) as [string, unknown][]) {
      if (child === null || typeof child !== 'object') continue;
      isLeaf = false;
      (value as Record<string, unknown>)[key] = visit(child);
    }
    if (!isLeaf || !('id' in value)) return value;
    const text = JSON.stringify(value);
    const first = known.get(text);
    if (!first) known.set(text, value);
    return first ?? value;
  };
  return (answer === null || typeof answer !== 'object' ? answer : visit(answer)) as T;
}
