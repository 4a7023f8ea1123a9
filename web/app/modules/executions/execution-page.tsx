import { Suspense, lazy, useEffect } from 'react';
import { Notice } from '#app/components/ui/notice.tsx';
import { SimulatedChip, StatusChip } from '#app/components/ui/status.tsx';
import { Tabs } from '#app/components/ui/tabs.tsx';
import {
  useExecutionPageQuery,
  type ExecutionPageQuery,
  type ExecutionPageQueryVariables,
} from '#app/gql/executions.ts';
import type { Loaded } from '#app/lib/api/page-query.ts';
import type { Failure } from '#app/lib/failure.ts';
import { nodesOf } from '#app/lib/paging.ts';
import {
  ActionFailure,
  ExecutionActionBar,
  useExecutionActions,
  type ExecutionDetails,
} from './execution-actions.tsx';
import { ExecutionSide } from './execution-side.tsx';
import { FAILURES, executionStatusLook, isFinal } from './execution-status.ts';
import { RunApprovals, waitingApprovalIds } from './run-approvals.tsx';
import { RunQuestions, waitingQuestionIds } from './run-questions.tsx';
import { RunHeader } from './run-header.tsx';
import type { ExecutionEvent, Timeline } from './timeline-model.ts';
import { FollowTail } from './timeline/follow-tail.tsx';
import { OutputText } from './timeline/output-text.tsx';
import { StreamBanner } from './timeline/stream-banner.tsx';
import { TimelineList } from './timeline/timeline-list.tsx';
import { useExecutionEvents } from './use-execution-events.ts';

const RawEvents = lazy(() => import('./timeline/raw-events.tsx'));

/** A longer prompt stands below the title as a whole. */
const TITLE_CHARS = 60;

const titleOf = (prompt: string | null): string => {
  const line = prompt?.trim().split('\n', 1)[0] ?? '';
  return line.length > TITLE_CHARS ? `${line.slice(0, TITLE_CHARS)}…` : line || 'Execution';
};

function FailureBox({ execution, timeline }: { execution: ExecutionDetails; timeline: Timeline }) {
  const reason = timeline.failureReason ?? execution.failureReason;
  if (!reason) return null;
  const message = timeline.failureMessage ?? execution.failureMessage;
  const { title, advice } = FAILURES[reason];
  return (
    <Notice tone="danger" title={title} className="mb-4">
      {message && <p className="mb-1 [overflow-wrap:anywhere]">{message}</p>}
      <p>{advice}</p>
      <p className="mt-1 font-mono text-xs text-muted">{reason}</p>
    </Notice>
  );
}

function Prompt({ text }: { text: string }) {
  return (
    <details className="group mb-4 rounded-lg border border-line bg-surface" open={text.length < 400}>
      <summary className="flex min-h-11 items-center px-4 text-[0.8125rem] font-semibold">Prompt</summary>
      <p className="border-t border-line p-4 whitespace-pre-wrap [overflow-wrap:anywhere]">{text}</p>
    </details>
  );
}

const outputOf = (timeline: Timeline): string =>
  timeline.items.flatMap((item) => (item.kind === 'output' ? [item.text] : [])).join('\n\n');

function Output({ timeline, isLive }: { timeline: Timeline; isLive: boolean }) {
  const text = outputOf(timeline);
  if (!text) return <p className="px-4 py-10 text-center text-muted">No output yet.</p>;
  return (
    <div className="p-4">
      <FollowTail isLive={isLive} count={timeline.items.length} version={text}>
        <OutputText text={text} isOpen={isLive} />
      </FollowTail>
    </div>
  );
}

export interface ExecutionPageProps {
  page: Loaded<ExecutionPageQuery, ExecutionPageQueryVariables>;
  initialEvents: readonly ExecutionEvent[];
  /** Made with the page: running it again twice starts one run. */
  idempotencyKey: string;
  /** Why what was sent without a script was refused. */
  failure: Failure | null;
}

export function ExecutionPage({ page, initialEvents, idempotencyKey, failure }: ExecutionPageProps) {
  const executionId = page.variables.id;
  const { data, refetch } = useExecutionPageQuery(page);
  const execution = data?.execution;
  const { events, timeline, state } = useExecutionEvents({
    executionId,
    initial: initialEvents,
    isFinished: execution?.isFinished ?? false,
  });
  const actions = useExecutionActions({ executionId, idempotencyKey, failure });

  const isOver = isFinal(timeline.status);
  const childCount = timeline.items.filter(
    (item) => item.kind === 'event' && item.event.__typename === 'ChildExecutionStarted',
  ).length;
  const known = [...nodesOf(execution?.approvals), ...nodesOf(execution?.inputRequests)].map(({ id }) => id);
  const isStale =
    (isOver && execution?.isFinished === false) ||
    childCount > (execution?.children?.length ?? 0) ||
    [...waitingApprovalIds(timeline), ...waitingQuestionIds(timeline)].some((id) => !known.includes(id));
  // The row has what the log does not: the final cost, who stopped it, the runs it started.
  useEffect(() => {
    if (isStale) void refetch();
  }, [isStale, refetch]);

  if (!execution) return null;
  const status = timeline.status ?? execution.status;
  const isFinished = isFinal(status);
  const isLive = !isFinished;
  return (
    <>
      <RunHeader
        title={titleOf(execution.prompt)}
        badges={
          <>
            <StatusChip
              look={executionStatusLook(
                status,
                Math.max(timeline.deniedCallCount, execution.deniedCallCount ?? 0),
              )}
            />
            {execution.isSimulated && <SimulatedChip />}
          </>
        }
        actions={<ExecutionActionBar execution={execution} isFinished={isFinished} actions={actions} />}
      />
      <ActionFailure failure={actions.failure} />
      <FailureBox execution={execution} timeline={timeline} />
      {isLive && <RunApprovals execution={execution} timeline={timeline} />}
      {isLive && <RunQuestions execution={execution} timeline={timeline} />}
      <div className="grid items-start gap-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="min-w-0">
          {execution.prompt && titleOf(execution.prompt) !== execution.prompt && (
            <Prompt text={execution.prompt} />
          )}
          <section aria-label="Run log" className="rounded-lg border border-line bg-surface">
            <Tabs
              label="Views of the run"
              aside={<StreamBanner state={state} eventCount={events.length} />}
              items={[
                { label: 'Timeline', panel: <TimelineList timeline={timeline} isLive={isLive} /> },
                { label: 'Output', panel: <Output timeline={timeline} isLive={isLive} /> },
                {
                  label: 'Raw events',
                  panel: (
                    <Suspense fallback={<p className="px-4 py-10 text-center text-muted">Loading</p>}>
                      <RawEvents events={events} />
                    </Suspense>
                  ),
                },
              ]}
            />
          </section>
        </div>
        <aside
          aria-label="About this run"
          className="xl:sticky xl:top-20 xl:max-h-[calc(100dvh-6rem)] xl:overflow-y-auto"
        >
          <ExecutionSide execution={execution} timeline={timeline} />
        </aside>
      </div>
    </>
  );
}
