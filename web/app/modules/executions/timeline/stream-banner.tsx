import { cx } from '#app/components/ui/class-names.ts';
import { formatNumber } from '#app/lib/format.ts';
import type { StreamState } from '../use-execution-events.ts';

const WORDS: Record<StreamState, { label: string; hint: string; ink: string }> = {
  connecting: { label: 'Connecting', hint: 'Opening the live stream.', ink: 'text-muted' },
  live: { label: 'Live', hint: 'Events arrive as they happen.', ink: 'text-success' },
  reconnecting: {
    label: 'Reconnecting',
    hint: 'The connection was lost. What was missed is added when it is back.',
    ink: 'text-warning',
  },
  complete: { label: 'Complete', hint: 'The run is over and its log is complete.', ink: 'text-muted' },
};

export function StreamBanner({ state, eventCount }: { state: StreamState; eventCount: number }) {
  const words = WORDS[state];
  return (
    <p title={words.hint} className="flex items-center gap-2 text-xs text-muted max-sm:pb-2">
      <span className="tabular">{formatNumber(eventCount)} events</span>
      <span aria-hidden="true">·</span>
      <span role="status" className={cx('flex items-center gap-1.5 font-medium', words.ink)}>
        <span
          aria-hidden="true"
          className={cx(
            'size-2 rounded-full bg-current',
            (state === 'live' || state === 'reconnecting') && 'animate-shimmer',
          )}
        />
        {words.label}
      </span>
    </p>
  );
}
