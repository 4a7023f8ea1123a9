import { REPLACEMENT, toStorable } from '../platform/storable-text.ts';
import type { McpPort, ModelChunk, ModelPort } from './driver.ts';

/** What comes through the ports is made storable here, once, so that nothing behind them need think of it. */

const BEGUN_CHARACTER = /[\uD800-\uDBFF]$/;

/** What a model says. A character that is cut in two by the pieces of an answer is put together first. */
export const withStorableText = (port: ModelPort): ModelPort => ({
  async *stream(endpoint, request) {
    const begun = { text: '', thought: '' };
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
  },
});

/** What a server offers and answers. */
export const withStorableResults = (port: McpPort): McpPort => ({
  ...port,
  probe: async (target, signal) => toStorable(await port.probe(target, signal)),
  callTool: async (target, call) => toStorable(await port.callTool(target, call)),
});
