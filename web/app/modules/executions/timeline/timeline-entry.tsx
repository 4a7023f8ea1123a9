import { memo, type ReactNode } from 'react';
import { cx } from '#app/components/ui/class-names.ts';
import { CodeBlock } from '#app/components/ui/code-block.tsx';
import { Icon } from '#app/components/ui/icon.tsx';
import type { IconName } from '#app/components/ui/icon-names.ts';
import type { Tone } from '#app/components/ui/status.tsx';
import { formatDuration, formatExactTime, formatNumber, sentenceCase } from '#app/lib/format.ts';
import type { InputOutcome } from '#app/gql/executions.ts';
import { executionStatusLook } from '../execution-status.ts';
import type { TimelineItem } from '../timeline-model.ts';
import { DiffView, countChanges } from './diff-view.tsx';
import { INK } from './ink.ts';
import { OutputText } from './output-text.tsx';
import { lookOf } from './plain-event.tsx';
import { ToolCall } from './tool-call.tsx';

interface FrameProps {
  item: TimelineItem;
  icon: IconName;
  tone?: Tone;
  startedAt: string | null;
  children: ReactNode;
}

function Offset({ at, startedAt }: { at: string; startedAt: string | null }) {
  const instant = Date.parse(at);
  const offset = startedAt ? instant - Date.parse(startedAt) : null;
  return (
    <time
      dateTime={at}
      title={formatExactTime(instant)}
      suppressHydrationWarning
      className="tabular hidden w-16 shrink-0 pt-1 text-right text-xs text-faint sm:block"
    >
      {offset === null || offset < 0 ? '' : `+${formatDuration(offset)}`}
    </time>
  );
}

function Frame({ item, icon, tone = 'neutral', startedAt, children }: FrameProps) {
  return (
    <li id={`event-${item.seq}`} className="group/entry relative flex gap-3 pb-4">
      <span
        aria-hidden="true"
        className="absolute top-7 bottom-0 left-3.5 w-px bg-line group-last/entry:hidden"
      />
      <span
        className={cx(
          'relative flex size-7 shrink-0 items-center justify-center rounded-full border border-line bg-surface',
          INK[tone],
        )}
      >
        <Icon name={icon} className="size-3.5" />
      </span>
      <div className="min-w-0 flex-1 pt-0.5">{children}</div>
      <Offset at={item.at} startedAt={startedAt} />
    </li>
  );
}

function ThoughtBody({ text, isOpen }: { text: string; isOpen: boolean }) {
  return (
    <details open={isOpen} className="group">
      <summary className="flex min-h-6 items-center gap-2 text-muted hover:text-ink">
        <Icon name="arrow" className="size-3.5 shrink-0 transition-transform group-open:rotate-90" />
        <span className="shrink-0 font-medium">Thought</span>
        <span className="min-w-0 truncate text-faint group-open:hidden">{text.slice(0, 160)}</span>
      </summary>
      <p className="mt-1.5 border-l-2 border-line pl-3 whitespace-pre-wrap text-muted [overflow-wrap:anywhere]">
        {text}
      </p>
    </details>
  );
}

function CutNote({ keptLength }: { keptLength: number | null }) {
  if (keptLength === null) return null;
  return (
    <p className="mt-1 text-xs text-muted">
      Too long: cut after {formatNumber(keptLength)} characters. The rest was not kept.
    </p>
  );
}

function FileBody({ change }: { change: Extract<TimelineItem, { kind: 'file' }>['change'] }) {
  const counts = countChanges(change.diff ?? '');
  const path = change.path ?? 'file';
  return (
    <details open className="group">
      <summary className="mb-1.5 flex min-h-6 flex-wrap items-center gap-x-3">
        <Icon name="arrow" className="size-3.5 text-faint transition-transform group-open:rotate-90" />
        <span className="font-mono text-[0.8125rem] font-semibold [overflow-wrap:anywhere]">{path}</span>
        <span className="text-xs text-muted">{change.kind && sentenceCase(change.kind)}</span>
        <span className="tabular text-xs">
          <span className="text-success">+{counts.added}</span>{' '}
          <span className="text-danger">−{counts.removed}</span>
        </span>
      </summary>
      {change.diff ? (
        <DiffView diff={change.diff} path={path} />
      ) : (
        <p className="text-muted">No text difference.</p>
      )}
      {change.isTruncated && (
        <p className="mt-1 text-xs text-muted">The difference was cut at the size limit.</p>
      )}
    </details>
  );
}

function ApprovalBody({ item }: { item: Extract<TimelineItem, { kind: 'approval' }> }) {
  const { request, resolution } = item;
  return (
    <div className="space-y-2">
      <p>
        <span className="font-medium">
          {resolution ? (resolution.isApproved ? 'Approved' : 'Rejected') : 'Waits for approval'}
        </span>{' '}
        of <span className="font-mono text-[0.8125rem]">{request.toolName}</span>
        {resolution?.reason && <span className="text-muted">: {resolution.reason}</span>}
      </p>
      {request.arguments != null && (
        <CodeBlock
          code={JSON.stringify(request.arguments, null, 2)}
          label={`Arguments of ${request.toolName}`}
        />
      )}
    </div>
  );
}

const OUTCOMES: Record<InputOutcome, string> = {
  ANSWERED: 'Answered',
  DECLINED: 'Declined to answer',
  EXPIRED: 'Not answered in time',
  CANCELLED: 'Withdrawn',
};

function QuestionBody({ item }: { item: Extract<TimelineItem, { kind: 'question' }> }) {
  const { request, resolution } = item;
  return (
    <div className="space-y-2">
      <p className="[overflow-wrap:anywhere]">
        <span className="font-medium">
          {resolution ? OUTCOMES[resolution.outcome] : 'Waits for an answer'}
        </span>
        {request.serverName && <span className="text-muted"> to {request.serverName}</span>}:{' '}
        {request.question}
      </p>
      {resolution?.answer != null && (
        <CodeBlock code={JSON.stringify(resolution.answer, null, 2)} label="Answer" />
      )}
    </div>
  );
}

function MessageBody({ message }: { message: Extract<TimelineItem, { kind: 'message' }>['message'] }) {
  return (
    <p className="[overflow-wrap:anywhere]">
      <span className="font-medium">
        {message.messageState === 'APPLIED' ? 'Told the agent' : 'Will be told to the agent'}
      </span>
      : {message.text}
    </p>
  );
}

export interface TimelineEntryProps {
  item: TimelineItem;
  startedAt: string | null;
  /** The newest item of a run that goes on: its text may still grow. */
  isGrowing: boolean;
}

export const TimelineEntry = memo(function TimelineEntry({ item, startedAt, isGrowing }: TimelineEntryProps) {
  const frame = { item, startedAt };
  switch (item.kind) {
    case 'output':
      return (
        <Frame {...frame} icon="agent" tone="accent">
          <OutputText text={item.text} isOpen={isGrowing} />
          <CutNote keptLength={item.keptLength} />
        </Frame>
      );
    case 'thought':
      return (
        <Frame {...frame} icon="thought">
          <ThoughtBody text={item.text} isOpen={isGrowing} />
          <CutNote keptLength={item.keptLength} />
        </Frame>
      );
    case 'tool':
      return (
        <Frame {...frame} icon="tool">
          <ToolCall item={item} />
        </Frame>
      );
    case 'file':
      return (
        <Frame {...frame} icon="file">
          <FileBody change={item.change} />
        </Frame>
      );
    case 'approval':
      return (
        <Frame {...frame} icon="hand" tone="warning">
          <ApprovalBody item={item} />
        </Frame>
      );
    case 'status': {
      const look = executionStatusLook(item.change.status, item.deniedCallCount);
      return (
        <Frame {...frame} icon={look.icon} tone={look.tone}>
          <p className="flex flex-wrap items-center gap-x-2 pt-0.5">
            <span className={cx('font-medium', INK[look.tone])}>{look.label}</span>
            {item.change.message && (
              <span className="text-muted [overflow-wrap:anywhere]">{item.change.message}</span>
            )}
          </p>
        </Frame>
      );
    }
    case 'question':
      return (
        <Frame {...frame} icon="question" tone="warning">
          <QuestionBody item={item} />
        </Frame>
      );
    case 'message':
      return (
        <Frame {...frame} icon="hand" tone="info">
          <MessageBody message={item.message} />
        </Frame>
      );
    case 'event': {
      const look = lookOf(item.event);
      return (
        look && (
          <Frame {...frame} icon={look.icon} tone={look.tone}>
            {look.body}
          </Frame>
        )
      );
    }
    default:
      return item satisfies never;
  }
});
