import { createRemixStub } from '@remix-run/testing';
import { render, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { anEvent, EVENT_KINDS } from '../../../../test/execution-events.ts';
import { foldEvents } from '../timeline-model.ts';
import type { ExecutionEvent } from '../timeline-model.ts';
import { TimelineEntry } from './timeline-entry.tsx';

function show(...events: ExecutionEvent[]) {
  const { items } = foldEvents(events);
  const Stub = createRemixStub([
    {
      path: '/',
      Component: () => (
        <ol>
          {items.map((item) => (
            <TimelineEntry key={item.key} item={item} startedAt={null} isGrowing={false} />
          ))}
        </ol>
      ),
    },
  ]);
  return render(<Stub />);
}

/** Shown beside the timeline, or joined to the entry of what they answer. */
const ELSEWHERE = ['TodosUpdated', 'UsageUpdated', 'ApprovalResolved', 'InputResolved'];

describe('an entry of the timeline', () => {
  it.each(EVENT_KINDS.filter((kind) => !ELSEWHERE.includes(kind)))('[EXE-2] shows %s', (kind) => {
    show(anEvent(1, kind));
    expect(screen.getByRole('listitem')).toBeInTheDocument();
  });

  it('[EXE-2] says what became of a question, of the model and of the context', () => {
    show(
      anEvent(1, 'InputRequested', { inputRequestId: 'q', question: 'Which one?' }),
      anEvent(2, 'InputResolved', { inputRequestId: 'q', outcome: 'DECLINED' }),
      anEvent(3, 'ModelSwitched', { fromModel: 'a', toModel: 'b', reason: 'Overloaded.' }),
      anEvent(4, 'ContextCompacted', { tokensBefore: 90_000, tokensAfter: 20_000 }),
      anEvent(5, 'ArtifactAdded', { name: 'plan.png', mimeType: 'image/png', sizeBytes: 2_000 }),
    );
    expect(screen.getByText('Declined to answer')).toBeVisible();
    expect(screen.getByText('Which one?', { exact: false })).toBeVisible();
    expect(screen.getByText('b')).toBeVisible();
    expect(screen.getByText('about 20K tokens instead of 90K', { exact: false })).toBeVisible();
    expect(screen.getByText('(image/png, 2KB)')).toBeVisible();
  });

  it('[SRV-8] lists the parts of a result that its text does not show', () => {
    show(
      anEvent(1, 'ToolCallUpdated', {
        callId: 'c',
        callStatus: 'FAILED',
        result: 'See the picture.',
        content: [
          { __typename: 'ToolText', mimeType: null, sizeBytes: 16 },
          { __typename: 'ToolMedia', mimeType: 'image/png', sizeBytes: 4_000 },
          { __typename: 'ToolLink', mimeType: null, sizeBytes: null, name: 'Manual', uri: 'demo://manual' },
        ],
      }),
    );
    const parts = screen.getByRole('list', { name: 'Parts of the result' });
    expect([...parts.children].map(({ textContent }) => textContent)).toEqual([
      'image/png (4KB)',
      'Manual: demo://manual',
    ]);
  });

  it('[EXE-2] leaves a type that only a newer dashboard knows to the raw view', () => {
    show({ ...anEvent(1, 'LogWritten'), __typename: 'SomethingNew' } as unknown as ExecutionEvent);
    expect(screen.queryByRole('listitem')).not.toBeInTheDocument();
  });
});
