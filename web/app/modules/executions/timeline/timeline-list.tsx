import { useState } from 'react';
import { Button } from '#app/components/ui/button.tsx';
import { plural } from '#app/lib/format.ts';
import type { Timeline } from '../timeline-model.ts';
import { TimelineEntry } from './timeline-entry.tsx';
import { useFollowTail } from './use-follow-tail.ts';

/** A run may have thousands of entries; this many in the page keep it fast. */
const WINDOW = 150;

export interface TimelineListProps {
  timeline: Timeline;
  isLive: boolean;
}

export function TimelineList({ timeline, isLive }: TimelineListProps) {
  const { items } = timeline;
  const [shownCount, setShownCount] = useState(WINDOW);
  const { isFollowing, follow } = useFollowTail(isLive, items);
  const hiddenCount = Math.max(0, items.length - shownCount);
  if (items.length === 0) {
    return (
      <p className="px-4 py-10 text-center text-muted">
        {isLive ? 'Waiting for the first event.' : 'This run has no events.'}
      </p>
    );
  }
  return (
    <div className="p-4">
      {hiddenCount > 0 && (
        <div className="mb-4 text-center">
          <Button size="sm" onClick={() => setShownCount((count) => count + WINDOW)}>
            Show earlier ({plural(hiddenCount, 'entry', 'entries')})
          </Button>
        </div>
      )}
      <ol>
        {items.slice(hiddenCount).map((item, index, shown) => (
          <TimelineEntry
            key={item.key}
            item={item}
            startedAt={timeline.startedAt}
            isGrowing={isLive && index === shown.length - 1}
          />
        ))}
      </ol>
      {isLive && !isFollowing && (
        <div className="pointer-events-none sticky bottom-4 z-20 flex justify-center">
          <Button
            variant="primary"
            size="sm"
            icon="bolt"
            onClick={follow}
            className="pointer-events-auto shadow-lg"
          >
            Jump to live
          </Button>
        </div>
      )}
    </div>
  );
}
