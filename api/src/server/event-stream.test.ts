import { describe, expect, it, vi } from 'vitest';
import type { StreamPosition } from '../graphql/resumable.ts';
import { HEARTBEAT_MS, streamEvents } from './event-stream.ts';

describe('an event stream', () => {
  it('[API-4] says how soon to reconnect, gives cursors as ids, and ends with complete', async () => {
    const position: StreamPosition = { lastEventId: null, cursor: null };
    async function* results() {
      yield { data: { first: 1 } };
      position.cursor = '7';
      yield { data: { second: 2 } };
    }
    const text = await new Response(streamEvents(results(), { position, requestId: 'r' }, undefined)).text();
    expect(text).toBe(
      ':\nretry: 1000\n\nevent: next\ndata: {"data":{"first":1}}\n\nid: 7\nevent: next\ndata: {"data":{"second":2}}\n\nevent: complete\ndata:\n\n',
    );
  });

  it('[API-4] is never silent for more than 12 seconds', async () => {
    expect(HEARTBEAT_MS).toBeLessThanOrEqual(12_000);
    vi.useFakeTimers();
    try {
      const nothing = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }) };
      const position: StreamPosition = { lastEventId: null, cursor: null };
      const reader = streamEvents(nothing, { position, requestId: 'r' }, undefined).getReader();
      await reader.read();
      const beat = reader.read();
      await vi.advanceTimersByTimeAsync(HEARTBEAT_MS);
      expect(new TextDecoder().decode((await beat).value)).toBe(':\n\n');
      await vi.advanceTimersByTimeAsync(0);
      expect(vi.getTimerCount()).toBe(1);
      reader.releaseLock();
    } finally {
      vi.useRealTimers();
    }
  });
});
