import type { ReactNode } from 'react';
import type { Failure } from '#app/lib/failure.ts';
import { cx } from './class-names.ts';
import { CopyButton } from './copy-button.tsx';
import { Icon } from './icon.tsx';
import type { IconName } from './icon-names.ts';

type Tone = 'info' | 'success' | 'warning' | 'danger';

const LOOKS: Record<Tone, { box: string; icon: IconName; ink: string }> = {
  info: { box: 'border-info/30 bg-info-soft', icon: 'info', ink: 'text-info' },
  success: { box: 'border-success/30 bg-success-soft', icon: 'check', ink: 'text-success' },
  warning: { box: 'border-warning/30 bg-warning-soft', icon: 'warning', ink: 'text-warning' },
  danger: { box: 'border-danger/30 bg-danger-soft', icon: 'cross', ink: 'text-danger' },
};

export interface NoticeProps {
  tone: Tone;
  title: string;
  children?: ReactNode;
  className?: string;
  /** Spoken as soon as it appears. */
  isAlert?: boolean;
}

export function Notice({ tone, title, children, className, isAlert = false }: NoticeProps) {
  const look = LOOKS[tone];
  return (
    <div
      role={isAlert ? 'alert' : undefined}
      className={cx('flex gap-3 rounded-lg border p-3.5', look.box, className)}
    >
      <Icon name={look.icon} className={cx('mt-px size-4.5', look.ink)} />
      <div className="min-w-0 flex-1">
        <p className={cx('font-medium', look.ink)}>{title}</p>
        {children && <div className="mt-1 text-ink">{children}</div>}
      </div>
    </div>
  );
}

export interface FailureNoticeProps {
  failure: Failure | null | undefined;
  className?: string;
  /** Names of fields that show their own message: it is not said here again. */
  beside?: readonly string[];
}

/** What went wrong, in one sentence; codes are for whoever looks for them. */
export function FailureNotice({ failure, className, beside = [] }: FailureNoticeProps) {
  if (!failure) return null;
  const named = Object.entries(failure.fields);
  const elsewhere = named.filter(([name, message]) => !beside.includes(name) && message !== failure.message);
  const markedCount = named.filter(([name]) => beside.includes(name)).length;
  const title =
    markedCount === 0
      ? failure.message
      : markedCount === 1
        ? 'One entry below needs a change.'
        : `${markedCount} entries below need a change.`;
  return (
    <Notice tone="danger" title={title} isAlert className={className}>
      {elsewhere.length > 0 && (
        <ul className="mb-1 list-disc pl-4">
          {elsewhere.map(([name, message]) => (
            <li key={name}>{message}</li>
          ))}
        </ul>
      )}
      <details className="text-xs text-muted">
        <summary className="w-fit underline decoration-dotted underline-offset-2">
          Details for support
        </summary>
        <FaultReference code={failure.code} requestId={failure.requestId} />
      </details>
    </Notice>
  );
}

export function FaultReference({ code, requestId }: { code: string; requestId?: string | null | undefined }) {
  const text = requestId ? `${code} ${requestId}` : code;
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-muted">
      <span className="font-mono">{code}</span>
      {requestId && (
        <span>
          Request <span className="font-mono">{requestId}</span>
        </span>
      )}
      <CopyButton text={text} label="Copy the details" isIconOnly />
    </p>
  );
}
