import { ApolloClient, ApolloLink, InMemoryCache, Observable } from '@apollo/client';
import { ApolloProvider } from '@apollo/client/react';
import { act, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { EXECUTION_ID, anEvent, output } from '../../../test/execution-events.ts';
import { partialResults } from '#app/lib/api/partial-results.ts';
import { resumeLink } from '#app/lib/api/resume-link.client.ts';
import type { ExecutionEvent } from './timeline-model.ts';
import { useExecutionEvents, type UseExecutionEventsOptions } from './use-execution-events.ts';

interface Stream {
  /** As the socket client would send it now. */
  after: () => unknown;
  send: (event: ExecutionEvent) => void;
  complete: () => void;
  fail: () => void;
}

function openStudio() {
  const streams: Stream[] = [];
  const api = new ApolloLink(
    (operation) =>
      new Observable((observer) => {
        streams.push({
          after: () => operation.variables['after'],
          send: (executionEvents) => observer.next({ data: { executionEvents } }),
          complete: () => observer.complete(),
          fail: () => observer.next({ errors: [{ message: 'This watcher is too slow.' }] }),
        });
      }),
  );
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link: resumeLink.concat(api),
    defaultOptions: partialResults,
  });
  const wrapper = ({ children }: { children: ReactNode }) => (
    <ApolloProvider client={client}>{children}</ApolloProvider>
  );
  return { client, streams, wrapper };
}

const watch = (options: Partial<UseExecutionEventsOptions> = {}) => {
  const studio = openStudio();
  const view = renderHook(
    () => useExecutionEvents({ executionId: EXECUTION_ID, initial: [], isFinished: false, ...options }),
    { wrapper: studio.wrapper },
  );
  return { ...studio, view };
};

const settle = (ms = 50) => act(() => vi.advanceTimersByTimeAsync(ms));

describe('useExecutionEvents', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });

  it('[WEB-3] asks for what comes after the events that the server rendered', async () => {
    const { streams, view } = watch({ initial: [output(1, 'a'), output(2, 'b')] });
    expect(view.result.current.events).toHaveLength(2);
    expect(streams[0]?.after()).toBe(2);
    streams[0]?.send(output(3, 'c'));
    await settle();
    expect(view.result.current.timeline.items).toMatchObject([{ kind: 'output', text: 'abc' }]);
  });

  it('[WEB-3] names the last event it has when the socket subscribes again', async () => {
    const { streams } = watch();
    expect(streams[0]?.after()).toBe(0);
    for (let seq = 1; seq <= 7; seq += 1) streams[0]?.send(output(seq, '.'));
    await settle();
    expect(streams[0]?.after()).toBe(7);
  });

  it('[WEB-3] opens the stream again after an error, from where it was', async () => {
    const { streams, view } = watch();
    streams[0]?.send(output(1, 'a'));
    streams[0]?.fail();
    streams[0]?.complete();
    await settle();
    expect(streams).toHaveLength(1);
    await settle(2_100);
    expect(streams).toHaveLength(2);
    expect(streams[1]?.after()).toBe(1);
    streams[1]?.send(output(2, 'b'));
    await settle();
    expect(view.result.current.events.map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it('[WEB-3] is complete with the final status and asks no more', async () => {
    const { streams, view } = watch();
    streams[0]?.send(anEvent(1, 'StatusChanged', { status: 'COMPLETED' }));
    streams[0]?.complete();
    await settle(5_000);
    expect(view.result.current.state).toBe('complete');
    expect(streams).toHaveLength(1);
  });

  it('[WEB-3] opens no stream for a run whose whole log was rendered', async () => {
    const { streams, view } = watch({
      initial: [anEvent(1, 'StatusChanged', { status: 'FAILED' })],
      isFinished: true,
    });
    await settle();
    expect(streams).toHaveLength(0);
    expect(view.result.current.state).toBe('complete');
  });

  it('[WEB-3] keeps no event in the cache', async () => {
    const { client, streams } = watch();
    streams[0]?.send(output(1, 'a'));
    await settle();
    expect(client.cache.extract()).toEqual({});
  });
});
