import { act, cleanup, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { renderPage } from '../../../test/render-page.tsx';
import type { ExecutionRowExecutionFragment, ExecutionsPageQuery } from '#app/gql/executions.ts';
import { ExecutionsPage } from './executions-page.tsx';

const anExecution = (
  id: string,
  fields: Partial<ExecutionRowExecutionFragment> = {},
): ExecutionRowExecutionFragment => ({
  __typename: 'TaskExecution',
  id,
  status: 'RUNNING',
  kind: 'PROMPT',
  prompt: `Prompt ${id}`,
  isSimulated: false,
  isFinished: false,
  failureReason: null,
  skipReason: null,
  deniedCallCount: 0,
  createdAt: '2030-01-01T00:00:01.000Z',
  startedAt: '2030-01-01T00:00:01.000Z',
  finishedAt: null,
  durationMs: null,
  inputTokens: 1_200,
  outputTokens: 300,
  cost: null,
  agent: { __typename: 'Agent', id: 'agent', name: 'Writer' },
  ...fields,
});

const listOf = (executions: ExecutionRowExecutionFragment[]): ExecutionsPageQuery => ({
  executions: {
    __typename: 'TaskExecutionConnection',
    totalCount: executions.length,
    isCapped: false,
    edges: executions.map((node) => ({ __typename: 'TaskExecutionEdge', node })),
    pageInfo: {
      __typename: 'PageInfo',
      startCursor: 'a',
      endCursor: 'b',
      hasNextPage: false,
      hasPreviousPage: false,
    },
  },
});

const variables = { first: 25 };

const open = (
  executions: ExecutionRowExecutionFragment[],
  url = '/executions',
  loaded: ExecutionsPageQuery = listOf(executions),
) => renderPage(<ExecutionsPage variables={variables} loaded={loaded} />, url);

describe('the list of executions', () => {
  it('[WEB-5] says what to do when there are none', () => {
    open([]);
    expect(screen.getByText('No executions yet')).toBeVisible();
    expect(screen.getByRole('link', { name: 'Choose an agent' })).toHaveAttribute('href', '/agents');
  });

  it('[WEB-5] offers to clear filters that leave nothing', () => {
    open([], '/executions?status=failed');
    expect(screen.getByRole('link', { name: 'Clear the filters' })).toHaveAttribute('href', '/executions');
  });

  it('[WEB-5] tells the status in words', () => {
    open([anExecution('1', { status: 'FAILED', failureReason: 'TIMEOUT', isFinished: true })]);
    expect(within(screen.getByRole('table')).getByText('Failed')).toBeVisible();
  });

  it('[API-1] tells how many there are, or that there are more than were counted', () => {
    const list = listOf([anExecution('1')]);
    const capped = { ...list.executions!, totalCount: 10_000, isCapped: true };
    open([], '/executions', { executions: capped });
    expect(screen.getByText('10,000+ executions')).toBeVisible();
    cleanup();
    open([anExecution('1')]);
    expect(screen.getByText('1 execution')).toBeVisible();
  });

  it('[WEB-6] keeps the filters in the URL', () => {
    open([anExecution('1')], '/executions?status=active&after=cursor');
    const filters = within(screen.getByRole('navigation', { name: 'Status' }));
    expect(filters.getByRole('link', { name: 'Active' })).toHaveAttribute('aria-current', 'true');
    expect(filters.getByRole('link', { name: 'Failed' })).toHaveAttribute(
      'href',
      '/executions?status=failed',
    );
  });

  it('[WEB-3] changes a row in place, and announces a new one without moving the others', async () => {
    const page = open([anExecution('1')]);
    act(() =>
      page.publish({ executionChanged: anExecution('1', { status: 'COMPLETED', isFinished: true }) }),
    );
    await waitFor(() => expect(within(screen.getByRole('table')).getByText('Completed')).toBeVisible());
    act(() =>
      page.publish({ executionChanged: anExecution('2', { createdAt: '2030-01-01T00:00:09.000Z' }) }),
    );
    expect(await screen.findByRole('button', { name: '1 new run' })).toBeVisible();
    expect(screen.queryByText('Prompt 2')).not.toBeInTheDocument();
  });
});
