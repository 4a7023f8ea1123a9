import { useState } from 'react';
import { Button } from '#app/components/ui/button.tsx';
import { CodeBlock } from '#app/components/ui/code-block.tsx';
import { Icon } from '#app/components/ui/icon.tsx';
import { StatusChip } from '#app/components/ui/status.tsx';
import { formatBytes, formatCompact, formatDuration, formatNumber } from '#app/lib/format.ts';
import type { TimelineItem } from '../timeline-model.ts';
import { EFFECTS, TOOL_CALL_STATUSES } from './tool-call-status.ts';

const SHOWN_CHARS = 4_000;

const printed = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value, null, 2);

/** `{ path: "a.txt", depth: 2 }` in one line, for the closed row. */
function summaryOf(value: unknown): string {
  if (value === null || typeof value !== 'object') return '';
  return Object.entries(value)
    .map(([name, part]) => `${name}: ${typeof part === 'string' ? part : JSON.stringify(part)}`)
    .join(', ')
    .slice(0, 200);
}

function LongText({ text, label }: { text: string; label: string }) {
  const [isWhole, setIsWhole] = useState(false);
  const isCut = !isWhole && text.length > SHOWN_CHARS;
  return (
    <>
      <CodeBlock code={isCut ? `${text.slice(0, SHOWN_CHARS)}…` : text} label={label} />
      {isCut && (
        <Button size="sm" variant="ghost" className="mt-1" onClick={() => setIsWhole(true)}>
          Show all {formatCompact(text.length)} characters
        </Button>
      )}
    </>
  );
}

type Call = ToolItem['call'];

function Progress({ progress }: { progress: NonNullable<Call['progress']> }) {
  const { done, total, message } = progress;
  return (
    <p className="tabular text-muted">
      {formatNumber(done)}
      {total !== null && ` of ${formatNumber(total)}`}
      {message && <span className="[overflow-wrap:anywhere]">: {message}</span>}
    </p>
  );
}

type Part = NonNullable<Call['content']>[number];

/** What the text of the result does not show. */
function labelOf(part: Part): string | null {
  switch (part.__typename) {
    case 'ToolMedia':
      return part.mimeType ?? 'media';
    case 'ToolResource':
      return part.uri;
    case 'ToolLink':
      return `${part.name}: ${part.uri}`;
    case 'ToolText':
    case 'ToolStructured':
      return null;
  }
}

function Parts({ parts }: { parts: readonly Part[] }) {
  const labels = parts.flatMap((part) => {
    const label = labelOf(part);
    return label === null ? [] : [{ label, sizeBytes: part.sizeBytes }];
  });
  const structured = parts.find((part) => part.__typename === 'ToolStructured');
  return (
    <>
      {labels.length > 0 && (
        <ul aria-label="Parts of the result" className="space-y-1 font-mono text-xs">
          {labels.map(({ label, sizeBytes }, index) => (
            <li key={index} className="[overflow-wrap:anywhere]">
              {label}
              {sizeBytes !== null && <span className="text-muted"> ({formatBytes(sizeBytes)})</span>}
            </li>
          ))}
        </ul>
      )}
      {structured?.value != null && (
        <div>
          <p className="mb-1 text-xs font-medium text-muted">Data</p>
          <LongText text={printed(structured.value)} label="Data of the result" />
        </div>
      )}
    </>
  );
}

type ToolItem = Extract<TimelineItem, { kind: 'tool' }>;

export function ToolCall({ item }: { item: ToolItem }) {
  const { call } = item;
  const look = call.callStatus ? TOOL_CALL_STATUSES[call.callStatus] : TOOL_CALL_STATUSES.UNKNOWN;
  const isTroubled =
    call.callStatus === 'FAILED' || call.callStatus === 'DENIED' || call.callStatus === 'UNKNOWN';
  return (
    <details open={isTroubled} className="group overflow-hidden rounded-md border border-line bg-surface">
      <summary className="flex min-h-10 flex-wrap items-center gap-x-3 gap-y-1 px-3 py-1.5 hover:bg-hover">
        <Icon name="arrow" className="size-3.5 text-faint transition-transform group-open:rotate-90" />
        <span className="font-mono text-[0.8125rem] font-semibold [overflow-wrap:anywhere]">
          {call.toolName ?? 'tool'}
        </span>
        <span className="min-w-0 flex-1 basis-24 truncate font-mono text-xs text-faint">
          {summaryOf(call.arguments)}
        </span>
        {call.durationMs !== null && (
          <span className="tabular text-xs text-muted">{formatDuration(call.durationMs)}</span>
        )}
        <StatusChip look={look} />
      </summary>
      <div className="space-y-3 border-t border-line p-3">
        <dl className="flex flex-wrap gap-x-6 gap-y-1 text-[0.8125rem]">
          {call.serverName && (
            <div className="flex gap-2">
              <dt className="text-muted">Server</dt>
              <dd>{call.serverName}</dd>
            </div>
          )}
          {call.decision && (
            <div className="flex items-center gap-2">
              <dt className="text-muted">Decided by</dt>
              <dd className="flex flex-wrap items-center gap-2">
                <StatusChip look={EFFECTS[call.decision.effect]} />
                <span className="font-mono text-xs [overflow-wrap:anywhere]">{call.decision.rule}</span>
              </dd>
            </div>
          )}
        </dl>
        <div>
          <p className="mb-1 text-xs font-medium text-muted">Arguments</p>
          <LongText
            text={call.arguments == null ? 'None' : printed(call.arguments)}
            label={`Arguments of ${call.toolName}`}
          />
        </div>
        {call.callStatus === 'RUNNING' && call.progress && <Progress progress={call.progress} />}
        {call.content && <Parts parts={call.content} />}
        {call.result !== null && (
          <div>
            <p className="mb-1 text-xs font-medium text-muted">
              {call.callStatus === 'FAILED' ? 'Error' : 'Result'}
            </p>
            <LongText text={call.result} label={`Result of ${call.toolName}`} />
          </div>
        )}
      </div>
    </details>
  );
}
