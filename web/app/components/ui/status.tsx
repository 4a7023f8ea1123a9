import { cx } from './class-names.ts';
import { Icon } from './icon.tsx';
import type { IconName } from './icon-names.ts';

export type Tone = 'neutral' | 'info' | 'success' | 'warning' | 'danger' | 'accent';

export interface StatusLook {
  label: string;
  tone: Tone;
  icon: IconName;
  /** Something is happening right now. */
  isLive?: boolean;
}

const TONES: Record<Tone, string> = {
  neutral: 'bg-hover text-muted',
  info: 'bg-info-soft text-info',
  success: 'bg-success-soft text-success',
  warning: 'bg-warning-soft text-warning',
  danger: 'bg-danger-soft text-danger',
  accent: 'bg-accent-soft text-accent',
};

function LiveDot() {
  return (
    <span aria-hidden="true" className="relative mx-0.75 flex size-2">
      <span className="absolute inset-0 animate-pulse-ring rounded-full bg-current opacity-60" />
      <span className="relative size-2 rounded-full bg-current" />
    </span>
  );
}

/** Icon and word together: colour alone tells nothing to many people. */
export function StatusChip({
  look,
  className,
  title,
}: {
  look: StatusLook;
  className?: string;
  title?: string | undefined;
}) {
  return (
    <span title={title} className={cx('status-chip', TONES[look.tone], className)}>
      {look.isLive ? <LiveDot /> : <Icon name={look.icon} />}
      {look.label}
    </span>
  );
}

export function SimulatedChip() {
  return (
    <span
      title="Runs on the simulated model or server: nothing outside the studio is called."
      className="inline-flex h-5.5 shrink-0 items-center rounded-full border border-dashed border-line-strong px-2 text-xs font-medium whitespace-nowrap text-muted"
    >
      Simulated
    </span>
  );
}

export function Tag({ children }: { children: React.ReactNode }) {
  return <span className="tag">{children}</span>;
}
