import { useCallback, useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { Button } from '#app/components/ui/button.tsx';
import { formatNumber } from '#app/lib/format.ts';

/** So far below the window the end still counts as read. */
const NEAR_PX = 48;
/** What sticks to the top of the window at its narrowest: the bar of the dashboard and the header of the run. */
const BARS_PX = 160;
/** Between the newest entry and the edge of the window. */
const GAP_PX = 16;

export interface FollowTailProps {
  isLive: boolean;
  /** How much there is: a number that grows with what is added. */
  count: number;
  /** Changes with the content, also when the last entry only grows. */
  version: unknown;
  children: ReactNode;
}

/**
 * Keeps the end of what it holds in view while that grows, as long as the reader has the end in view: whoever scrolls up to
 * read, or down to what follows on the page, is left alone.
 */
export function FollowTail({ isLive, count, version, children }: FollowTailProps) {
  const end = useRef<HTMLDivElement>(null);
  const [isFollowing, setIsFollowing] = useState(true);
  const [readCount, setReadCount] = useState(count);
  const lastScrollY = useRef(0);
  const newCount = count - readCount;

  const showEnd = useCallback(() => {
    const hiddenPx = (end.current?.getBoundingClientRect().bottom ?? 0) + GAP_PX - window.innerHeight;
    if (hiddenPx > 0) window.scrollBy({ top: hiddenPx });
  }, []);

  useEffect(() => {
    if (!isLive) return;
    const onScroll = (): void => {
      const isUpward = window.scrollY < lastScrollY.current;
      lastScrollY.current = window.scrollY;
      const at = end.current?.getBoundingClientRect().bottom ?? 0;
      if (at < BARS_PX) setIsFollowing(false);
      else if (at <= window.innerHeight + NEAR_PX) setIsFollowing(true);
      // Downward, the end may have moved away because something was added, which is no wish of the reader.
      else if (isUpward) setIsFollowing(false);
    };
    window.addEventListener('scroll', onScroll, { passive: true });
    return () => window.removeEventListener('scroll', onScroll);
  }, [isLive]);

  useEffect(() => {
    if (isFollowing) setReadCount(count);
  }, [isFollowing, count]);

  // The content of the first render is where the reader begins, not something that has just been added.
  const isFirst = useRef(true);
  // What ends a run is added by the render that stops it from being live.
  const wasLive = useRef(isLive);
  useLayoutEffect(() => {
    if (isFirst.current) isFirst.current = false;
    else if (wasLive.current && isFollowing) showEnd();
    wasLive.current = isLive;
  }, [isLive, isFollowing, version, showEnd]);

  const resume = (): void => {
    setIsFollowing(true);
    end.current?.scrollIntoView({ block: 'end' });
    showEnd();
  };

  return (
    <div>
      {children}
      <div ref={end} />
      {isLive && !isFollowing && (
        <div className="pointer-events-none sticky bottom-4 z-10 flex justify-center">
          <Button
            variant="primary"
            size="sm"
            icon="bolt"
            onClick={resume}
            className="pointer-events-auto shadow-lg"
          >
            {newCount > 0 ? `Jump to live (${formatNumber(newCount)} new)` : 'Jump to live'}
          </Button>
        </div>
      )}
    </div>
  );
}
