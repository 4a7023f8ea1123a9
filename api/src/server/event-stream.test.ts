import { describe, expect, it, vi } from 'vitest';
import type { StreamPosition } from '../graphql/resumable.ts';
import { streamEvents } from './event-stream.ts';
import { createReaders, WATCHER_LIMITS } from './slow-reader.ts';

describe('an event stream', () => {
  it('[API-4] says how soon to reconnect, gives cursors as ids, and ends with complete', async () => {
    const position: StreamPosition = { lastEventId: null, cursor: null };
    async function* results() {
      yield { data: { first: 1 } };
      position.cursor = '7';
      yield { data: { second: 2 } };
    }
    const text = await new Response(
      streamEvents(results(), { position, requestId: 'r' }, undefined, createReaders()),
    ).text();
    expect(text).toBe(
      ':\nretry: 1000\n\nevent: next\ndata: {"data":{"first":1}}\n\nid: 7\nevent: next\ndata: {"data":{"second":2}}\n\nevent: complete\ndata:\n\n',
    );
  });

  it('[API-4] is never silent for more than 12 seconds', async () => {
    const { heartbeatMs } = WATCHER_LIMITS;
    expect(heartbeatMs).toBeLessThanOrEqual(12_000);
    vi.useFakeTimers();
    try {
      const nothing = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }) };
      const position: StreamPosition = { lastEventId: null, cursor: null };
      const reader = streamEvents(
        nothing,
        { position, requestId: 'r' },
        undefined,
        createReaders(),
      ).getReader();
      await reader.read();
      const beat = reader.read();
      await vi.advanceTimersByTimeAsync(heartbeatMs);
      expect(new TextDecoder().decode((await beat).value)).toBe(':\n\n');
      await vi.advanceTimersByTimeAsync(0);
      expect(vi.getTimerCount()).toBe(1);
      reader.releaseLock();
    } finally {
      vi.useRealTimers();
    }
  });
});
