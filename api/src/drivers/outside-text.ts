import { DriverError, type McpPort, type ModelChunk, type ModelPort } from './driver.ts';

/**
 * What comes from outside may hold what is no text: NUL, and halves of characters that UTF-16 writes in two. PostgreSQL
 * stores neither in JSON. It is made harmless here, once, so that nothing behind the ports need think of it.
 */

/** Stands for what is no text (Unicode, “replacement character”). */
const REPLACEMENT = '\uFFFD';
const NO_TEXT = /\0|\p{Surrogate}/gu;
const BEGUN_CHARACTER = /[\uD800-\uDBFF]$/;

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

/** The far end has its say in the sentence of a failure, and some sentences are cut to a length. */
function storableFailure(error: unknown): unknown {
  if (error instanceof DriverError) error.message = toStorable(error.message);
  return error;
}

/** What a model says. A character that is cut in two by the pieces of an answer is put together first. */
export const withStorableText = (port: ModelPort): ModelPort => ({
  async *stream(endpoint, request) {
    const begun = { text: '', thought: '' };
    try {
      for await (const chunk of port.stream(endpoint, request)) {
        if (chunk.type === 'text' || chunk.type === 'thought') {
          const said = begun[chunk.type] + chunk.text;
          begun[chunk.type] = BEGUN_CHARACTER.exec(said)?.[0] ?? '';
          const text = toStorable(said.slice(0, said.length - begun[chunk.type].length));
          if (text !== '') yield { ...chunk, text };
          continue;
        }
        for (const type of ['text', 'thought'] as const) {
          if (begun[type] !== '') yield { type, text: REPLACEMENT } satisfies ModelChunk;
          begun[type] = '';
        }
        yield toStorable(chunk);
      }
    } catch (error) {
      throw storableFailure(error);
    }
  },
});

/** What a server offers and answers. */
export const withStorableResults = (port: McpPort): McpPort => {
  const storable = async <T>(answer: Promise<T>): Promise<T> => {
    try {
      return toStorable(await answer);
    } catch (error) {
      throw storableFailure(error);
    }
  };
  return {
    ...port,
    probe: (target, signal) => storable(port.probe(target, signal)),
    callTool: (target, call) => storable(port.callTool(target, call)),
  };
};
