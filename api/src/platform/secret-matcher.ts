/**
 * Finds any of many strings in one pass over a text, which may come in pieces (Aho and Corasick, 1975). States are
 * numbers; each stands for a beginning of a form, the longest one that the text read so far ends with.
 */
export interface SecretMatcher {
  /** The state after one more UTF-16 code unit. */
  next(state: number, code: number): number;
  /** How many characters at the end of the text are the beginning of a form that may yet come. */
  begun(state: number): number;
  /** Length of the longest form that ends here; 0: none does. */
  matched(state: number): number;
}

export const START = 0;
const NONE = -1;

export function createSecretMatcher(forms: readonly string[]): SecretMatcher {
  // A tree in columns: a form of thousands of characters costs some bytes for each of them, and no object.
  const code = [0];
  const firstChild = [NONE];
  const nextSibling = [NONE];
  const begun = [0];
  const matched = [0];
  const fallback = [START];
  /** Most characters of a text begin no form: one look-up must tell so. */
  const beginnings = new Map<number, number>();

  function childOf(state: number, unit: number): number {
    if (state === START) return beginnings.get(unit) ?? NONE;
    let child = firstChild[state]!;
    while (child !== NONE && code[child] !== unit) child = nextSibling[child]!;
    return child;
  }

  function addChild(state: number, unit: number): number {
    const child = code.push(unit) - 1;
    firstChild.push(NONE);
    nextSibling.push(firstChild[state]!);
    firstChild[state] = child;
    begun.push(begun[state]! + 1);
    matched.push(0);
    fallback.push(START);
    if (state === START) beginnings.set(unit, child);
    return child;
  }

  function next(state: number, unit: number): number {
    for (let from = state; ; from = fallback[from]!) {
      const child = childOf(from, unit);
      if (child !== NONE) return child;
      if (from === START) return START;
    }
  }

  for (const form of forms) {
    let state = START;
    for (let index = 0; index < form.length; index += 1) {
      const unit = form.charCodeAt(index);
      const child = childOf(state, unit);
      state = child === NONE ? addChild(state, unit) : child;
    }
    matched[state] = form.length;
  }

  // Level by level: the fallback of a state is shorter than the state, so it is complete already.
  const queue = [...beginnings.values()];
  for (let index = 0; index < queue.length; index += 1) {
    const state = queue[index]!;
    for (let child = firstChild[state]!; child !== NONE; child = nextSibling[child]!) {
      fallback[child] = next(fallback[state]!, code[child]!);
      // A form that contains another one is the longer match; otherwise the shorter one ends here too.
      if (matched[child] === 0) matched[child] = matched[fallback[child]!]!;
      // A whole form that begins no longer one: only what may follow on its end is open.
      if (firstChild[child] === NONE) begun[child] = begun[fallback[child]!]!;
      queue.push(child);
    }
  }

  return { next, begun: (state) => begun[state]!, matched: (state) => matched[state]! };
}
