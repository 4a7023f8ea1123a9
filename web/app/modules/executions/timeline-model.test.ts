import { describe, expect, it } from 'vitest';
import { EVENT_KINDS, anEvent, output } from '../../../test/execution-events.ts';
import { executionStatusLook } from './execution-status.ts';
import { foldEvents } from './timeline-model.ts';

/** What makes an event of the type say something, where its blank says nothing. */
const TELLING: Partial<Record<(typeof EVENT_KINDS)[number], object>> = {
  TodosUpdated: { todos: [{ __typename: 'Todo', id: 't', title: 'Plan', status: 'PENDING' }] },
};

/** What an answer answers to: one to nothing would be none. */
const ASKED: Partial<Record<(typeof EVENT_KINDS)[number], (typeof EVENT_KINDS)[number]>> = {
  ApprovalResolved: 'ApprovalRequested',
  InputResolved: 'InputRequested',
};

describe('the timeline of an execution', () => {
  it('[EXE-2] shows a tool call once, with what its updates have said', () => {
    const { items } = foldEvents([
      anEvent(1, 'ToolCallUpdated', {
        callId: 'c1',
        toolName: 'read_file',
        callStatus: 'RUNNING',
        arguments: { path: 'a.txt' },
        decision: { __typename: 'ToolDecision', effect: 'ALLOW', rule: 'granted' },
      }),
      output(2, 'meanwhile'),
      anEvent(3, 'ToolCallUpdated', {
        callId: 'c1',
        toolName: 'read_file',
        callStatus: 'SUCCEEDED',
        result: 'text',
        durationMs: 12,
      }),
    ]);
    expect(items.map(({ kind }) => kind)).toEqual(['tool', 'output']);
    expect(items[0]).toMatchObject({
      call: {
        toolName: 'read_file',
        callStatus: 'SUCCEEDED',
        arguments: { path: 'a.txt' },
        result: 'text',
        decision: { rule: 'granted' },
      },
    });
  });

  it('[EXE-2] says where a reply was cut, and begins another item after it', () => {
    const { items } = foldEvents([
      output(1, 'long '),
      anEvent(2, 'OutputAppended', { text: 'rep', keptLength: 8 }),
      output(3, 'Next.'),
    ]);
    expect(items).toMatchObject([
      { kind: 'output', text: 'long rep', keptLength: 8 },
      { kind: 'output', text: 'Next.', keptLength: null },
    ]);
  });

  it('[EXE-2] replaces the plan and the usage, which are totals', () => {
    const todo = (status: 'PENDING' | 'COMPLETED') => ({
      __typename: 'Todo' as const,
      id: 't',
      title: 'Plan',
      status,
    });
    const timeline = foldEvents([
      anEvent(1, 'TodosUpdated', { todos: [todo('PENDING')] }),
      anEvent(2, 'UsageUpdated', { inputTokens: 10 }),
      anEvent(3, 'TodosUpdated', { todos: [todo('COMPLETED')] }),
      anEvent(4, 'UsageUpdated', { inputTokens: 30 }),
    ]);
    expect(timeline.todos).toEqual([todo('COMPLETED')]);
    expect(timeline.usage?.inputTokens).toBe(30);
    expect(timeline.items).toEqual([]);
  });

  it('[EXE-2] lists each changed file once, with its latest change', () => {
    const timeline = foldEvents([
      anEvent(1, 'FileChanged', { path: 'a.txt', kind: 'CREATED', diff: '+one' }),
      anEvent(2, 'FileChanged', { path: 'a.txt', kind: 'MODIFIED', diff: '+two' }),
    ]);
    expect(timeline.files.map(({ diff }) => diff)).toEqual(['+two']);
    expect(timeline.items).toHaveLength(2);
  });

  it('[EXE-7] joins an approval with its answer', () => {
    const { items } = foldEvents([
      anEvent(1, 'ApprovalRequested', { approvalId: 'p', toolName: 'write_file' }),
      anEvent(2, 'ApprovalResolved', { approvalId: 'p', isApproved: false, reason: 'No.' }),
    ]);
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ resolution: { isApproved: false, reason: 'No.' } });
  });

  it('[EXE-2] joins a question with its answer', () => {
    const { items } = foldEvents([
      anEvent(1, 'InputRequested', { inputRequestId: 'q', question: 'Which one?' }),
      anEvent(2, 'InputResolved', { inputRequestId: 'q', outcome: 'ANSWERED', answer: { name: 'b' } }),
    ]);
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      request: { question: 'Which one?' },
      resolution: { answer: { name: 'b' } },
    });
  });

  it('[EXE-2] shows a message once, as it stands', () => {
    const { items } = foldEvents([
      anEvent(1, 'UserMessageAppended', { messageId: 'm', text: 'Be brif.', messageState: 'QUEUED' }),
      anEvent(2, 'UserMessageAppended', { messageId: 'm', text: 'Be brief.', messageState: 'APPLIED' }),
    ]);
    expect(items.map((item) => item.kind === 'message' && item.message.text)).toEqual(['Be brief.']);
  });

  it.each(EVENT_KINDS)('[EXE-2] tells of %s', (kind) => {
    const before = ASKED[kind] ? [anEvent(1, ASKED[kind])] : [];
    const without = foldEvents(before);
    expect(foldEvents([...before, anEvent(2, kind, TELLING[kind])])).not.toEqual(without);
  });

  it('[TOOL-4] counts each denied call once, and a run that ends after it is not simply completed', () => {
    const denied = anEvent(1, 'ToolCallUpdated', { callId: 'c', callStatus: 'DENIED' });
    const again = { ...denied, seq: 2 };
    const other = anEvent(3, 'ToolCallUpdated', { callId: 'd', callStatus: 'DENIED' });
    const end = anEvent(4, 'StatusChanged', { status: 'COMPLETED' });
    const { deniedCallCount, items } = foldEvents([denied, again, other, end]);
    expect(deniedCallCount).toBe(2);
    expect(items.at(-1)).toMatchObject({ kind: 'status', deniedCallCount: 2 });
    expect(executionStatusLook('COMPLETED', 2)).toMatchObject({
      label: 'Completed, 2 calls denied',
      tone: 'warning',
    });
    expect(executionStatusLook('COMPLETED', 0).tone).toBe('success');
    expect(executionStatusLook('FAILED', 2).label).toBe('Failed');
  });

  it('[WEB-6] leaves the items alone that did not change', () => {
    const before = foldEvents([anEvent(1, 'StatusChanged', { status: 'RUNNING' }), output(2, 'a')]);
    const after = foldEvents([output(3, 'b')], before);
    expect(after.items[0]).toBe(before.items[0]);
    expect(after.items[1]).not.toBe(before.items[1]);
    expect(before.items[1]).toMatchObject({ text: 'a' });
  });
});
