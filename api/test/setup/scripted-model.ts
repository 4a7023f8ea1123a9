import {
  type JsonObject,
  type ModelChunk,
  type ModelPort,
  type ModelRequest,
  NO_USAGE,
} from '../../src/drivers/driver.ts';

/** One reply of a scripted model; a function sees the request, and may wait or throw. */
export type Reply = ModelChunk[] | ((request: ModelRequest) => AsyncIterable<ModelChunk>);

export interface ScriptedModel extends ModelPort {
  /** Every request that was made. */
  requests: ModelRequest[];
}

/** A model that says what a test wrote: one reply for each request, in order. */
export function scriptModel(...replies: Reply[]): ScriptedModel {
  const requests: ModelRequest[] = [];
  return {
    requests,
    async *stream(_endpoint, request) {
      const reply = replies[requests.length];
      requests.push({ ...request, messages: [...request.messages] });
      if (!reply) throw new Error(`The script has no reply ${requests.length}`);
      yield* typeof reply === 'function' ? reply(request) : reply;
    },
  };
}

const USAGE = { ...NO_USAGE, inputTokens: 10, outputTokens: 5 };

/** A reply that says something and ends the run. */
export const answer = (text: string): ModelChunk[] => [
  { type: 'text', text },
  { type: 'finish', usage: USAGE, reason: 'stop' },
];

/** A reply that calls tools. */
export const call = (name: string, args: JsonObject = {}): ModelChunk[] => [
  { type: 'tool-call', call: { callId: 'any', name, arguments: args } },
  { type: 'finish', usage: USAGE, reason: 'tool-calls' },
];

/** A reply that says something and then hangs until the run is stopped. */
export const hangAfter = (text: string, onHang: () => void): Reply =>
  async function* (request) {
    yield { type: 'text', text };
    await new Promise<never>((_resolve, reject) => {
      request.signal.addEventListener('abort', () => reject(request.signal.reason as Error), { once: true });
      onHang();
    });
  };
