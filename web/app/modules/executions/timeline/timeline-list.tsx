import { useState } from 'react';
import { Button } from '#app/components/ui/button.tsx';
import { plural } from '#app/lib/format.ts';
import type { Timeline } from '../timeline-model.ts';
import { FollowTail } from './follow-tail.tsx';
import { TimelineEntry } from './timeline-entry.tsx';

/** A run may have thousands of entries; this many in the page keep it fast. */
const WINDOW = 150;

export interface TimelineListProps {
  timeline: Timeline;
  isLive: boolean;
}

export function TimelineList({ timeline, isLive }: TimelineListProps) {
  const { items } = timeline;
  const [shownCount, setShownCount] = useState(WINDOW);
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
      <FollowTail isLive={isLive} count={items.length} version={items}>
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
      </FollowTail>
    </div>
  );
}
