import { formatDuration, formatExactTime, formatRelativeTime } from '#app/lib/format.ts';
import { useNow } from '#app/lib/now.ts';

const STEP_MS = 10_000;

/** Server and browser disagree on the zone, and on "now" by the time it took to load: both are expected. */
export function RelativeTime({ at }: { at: string | null | undefined }) {
  const now = useNow(STEP_MS);
  if (!at) return <span className="text-faint">—</span>;
  const instant = Date.parse(at);
  return (
    <time
      dateTime={at}
      title={formatExactTime(instant)}
      className="whitespace-nowrap"
      suppressHydrationWarning
    >
      {formatRelativeTime(instant, now + STEP_MS)}
    </time>
  );
}

export interface ElapsedTimeProps {
  startedAt: string | null;
  finishedAt: string | null;
  durationMs: number | null;
}

/** Counts on while something runs. */
export function ElapsedTime({ startedAt, finishedAt, durationMs }: ElapsedTimeProps) {
  if (!startedAt) return <span className="text-faint">—</span>;
  if (!finishedAt) return <RunningTime startedAt={startedAt} />;
  const elapsed = durationMs ?? Date.parse(finishedAt) - Date.parse(startedAt);
  return <span className="tabular whitespace-nowrap">{formatDuration(elapsed)}</span>;
}

function RunningTime({ startedAt }: { startedAt: string }) {
  const now = useNow();
  return (
    <span className="tabular whitespace-nowrap" suppressHydrationWarning>
      {formatDuration(Math.max(0, Math.floor((now - Date.parse(startedAt)) / 1_000) * 1_000))}
    </span>
  );
}
