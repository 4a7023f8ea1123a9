import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, useState } from 'react';
import { CodeBlock } from '#app/components/ui/code-block.tsx';
import { Dialog } from '#app/components/ui/dialog.tsx';
import type { ExecutionEvent } from '../timeline-model.ts';

const ROW_PX = 32;
const SUMMARY_CHARS = 240;

function summaryOf({ __typename, id, executionId, seq, occurredAt, ...rest }: ExecutionEvent): string {
  return JSON.stringify(rest).slice(0, SUMMARY_CHARS);
}

/** Every event as it came, retracted ones too. Only the rows in view are in the page. */
export default function RawEvents({ events }: { events: readonly ExecutionEvent[] }) {
  const scroller = useRef<HTMLDivElement>(null);
  const [opened, setOpened] = useState<ExecutionEvent | null>(null);
  const rows = useVirtualizer({
    count: events.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  return (
    <>
      <div
        ref={scroller}
        tabIndex={0}
        role="region"
        aria-label="Raw events"
        className="h-[65dvh] overflow-auto"
      >
        <ul className="relative" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map((row) => {
            const event = events[row.index];
            if (!event) return null;
            return (
              <li
                key={event.seq}
                className="absolute inset-x-0 border-b border-line"
                style={{ height: ROW_PX, transform: `translateY(${row.start}px)` }}
              >
                <button
                  type="button"
                  onClick={() => setOpened(event)}
                  className="flex h-full w-full items-center gap-3 px-4 text-left font-mono text-xs hover:bg-hover"
                >
                  <span className="tabular w-10 shrink-0 text-right text-faint">{event.seq}</span>
                  <span className="w-40 shrink-0 font-semibold">{event.__typename}</span>
                  <span className="truncate text-muted">{summaryOf(event)}</span>
                </button>
              </li>
            );
          })}
        </ul>
      </div>
      <Dialog
        isOpen={opened !== null}
        onClose={() => setOpened(null)}
        title={opened ? `Event ${opened.seq}` : 'Event'}
      >
        {opened && <CodeBlock code={JSON.stringify(opened, null, 2)} label={`Event ${opened.seq} as JSON`} />}
      </Dialog>
    </>
  );
}
