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
    <span title={title} className={cx('status-chip', `tone-${look.tone}`, className)}>
      {look.isLive ? <LiveDot /> : <Icon name={look.icon} />}
      {look.label}
    </span>
  );
}

export function SimulatedChip() {
  return (
    <span
      title="Runs on the simulated model or server: nothing outside the studio is called."
      className="simulated-chip"
    >
      Simulated
    </span>
  );
}

export function Tag({ children }: { children: React.ReactNode }) {
  return <span className="tag">{children}</span>;
}
