import { describe, expect, it, vi } from 'vitest';
import { anEvent, output } from '../../../test/execution-events.ts';
import { createExecutionLog, type ExecutionLog, type Schedule } from './execution-log.ts';

const atOnce: Schedule = (task) => task();

const textOf = (log: ExecutionLog): string =>
  log
    .getSnapshot()
    .timeline.items.map((item) => {
      if (item.kind === 'output') return item.text;
      return `<${item.kind === 'event' ? item.event.__typename : item.kind}>`;
    })
    .join('');

describe('the log of one execution', () => {
  it('[WEB-3] keeps each number once, whatever is delivered again', () => {
    const log = createExecutionLog([output(1, 'a'), output(2, 'b')], atOnce);
    for (const event of [output(1, 'a'), output(2, 'b'), output(3, 'c'), output(3, 'c')]) log.push(event);
    expect(log.getSnapshot().events.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(textOf(log)).toBe('abc');
  });

  it('[WEB-3] puts events in order that arrive out of it', () => {
    const log = createExecutionLog([], atOnce);
    for (const event of [output(3, 'c'), output(1, 'a'), output(2, 'b')]) log.push(event);
    expect(textOf(log)).toBe('abc');
  });

  it('[WEB-3] resumes after the last number before a gap', () => {
    const log = createExecutionLog([output(1, 'a')], atOnce);
    log.push(output(4, 'd'));
    expect(log.cursor()).toBe(1);
    log.push(output(2, 'b'));
    log.push(output(3, 'c'));
    expect(log.cursor()).toBe(4);
  });

  it('[WEB-3] drops retracted text, and only text, and only what came before', () => {
    const log = createExecutionLog([], atOnce);
    log.push(output(1, 'kept '));
    log.push(output(2, 'withdrawn '));
    log.push(anEvent(3, 'ThoughtAppended', { text: 'withdrawn' }));
    log.push(anEvent(4, 'ToolCallUpdated', { callId: 'c', toolName: 'read', callStatus: 'SUCCEEDED' }));
    log.push(anEvent(5, 'OutputRetracted', { fromSeq: 2 }));
    log.push(output(6, 'again'));
    expect(textOf(log)).toBe('kept <tool><OutputRetracted>again');
    expect(log.getSnapshot().events).toHaveLength(6);
  });

  it('[WEB-3] comes to the same timeline from a replay as from the live stream', () => {
    const events = [
      anEvent(1, 'StatusChanged', { status: 'RUNNING' }),
      output(2, 'a'),
      anEvent(3, 'OutputRetracted', { fromSeq: 2 }),
      output(4, 'b'),
      anEvent(5, 'StatusChanged', { status: 'COMPLETED' }),
    ];
    const live = createExecutionLog([], atOnce);
    for (const event of events) live.push(event);
    expect(live.getSnapshot().timeline).toEqual(createExecutionLog(events, atOnce).getSnapshot().timeline);
  });

  it('[WEB-6] tells its watchers once for a burst of events', () => {
    const tasks: (() => void)[] = [];
    const log = createExecutionLog([], (task) => tasks.push(task));
    const watcher = vi.fn();
    log.subscribe(watcher);
    for (let seq = 1; seq <= 500; seq += 1) log.push(output(seq, '.'));
    expect(tasks).toHaveLength(1);
    tasks[0]?.();
    expect(watcher).toHaveBeenCalledTimes(1);
    expect(textOf(log)).toBe('.'.repeat(500));
  });

  it('[WEB-3] has ended with the final status, once nothing before it is missing', () => {
    const log = createExecutionLog([output(1, 'a')], atOnce);
    log.push(anEvent(3, 'StatusChanged', { status: 'CANCELLED' }));
    expect(log.hasEnded()).toBe(false);
    log.push(output(2, 'b'));
    expect(log.hasEnded()).toBe(true);
  });
});
