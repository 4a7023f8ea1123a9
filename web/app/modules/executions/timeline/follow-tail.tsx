import { useCallback, useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { Button } from '#app/components/ui/button.tsx';
import { formatNumber } from '#app/lib/format.ts';

/** So far below its place the end still counts as reached by whoever scrolls down to it. */
const NEAR_PX = 64;
/** Positions are fractions of a pixel on dense screens. */
const ROUNDING_PX = 1;
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
  // What was added may be rendered from before the reader moved: whether to scroll is asked of the moment.
  const follows = useRef(true);
  const [readCount, setReadCount] = useState(count);
  const lastScrollY = useRef(0);
  const newCount = count - readCount;

  /** How far below the place where following holds it the end is; negative when it is above. */
  const hiddenPx = useCallback(
    () => (end.current?.getBoundingClientRect().bottom ?? 0) + GAP_PX - window.innerHeight,
    [],
  );

  const follow = useCallback((isWanted: boolean) => {
    follows.current = isWanted;
    setIsFollowing(isWanted);
  }, []);

  const showEnd = useCallback(() => {
    const hidden = hiddenPx();
    if (hidden > 0) window.scrollBy({ top: hidden });
    lastScrollY.current = window.scrollY;
  }, [hiddenPx]);

  useEffect(() => {
    if (!isLive) return;
    const onScroll = (): void => {
      const isUpward = window.scrollY < lastScrollY.current;
      lastScrollY.current = window.scrollY;
      const hidden = hiddenPx();
      if (hidden + window.innerHeight < BARS_PX) follow(false);
      // The first step of a smooth turn of the wheel is small: upward, any step that hides the end counts.
      else if (isUpward) follow(hidden <= ROUNDING_PX);
      // Downward, the end may have moved away because something was added, which is no wish of the reader.
      else if (hidden <= NEAR_PX) follow(true);
    };
    window.addEventListener('scroll', onScroll, { passive: true });
    return () => window.removeEventListener('scroll', onScroll);
  }, [isLive, follow, hiddenPx]);

  // The browser's own holding of the place when entries go above would look like a reader who scrolls up.
  useEffect(() => {
    if (!isLive || !isFollowing) return;
    const { style } = document.documentElement;
    style.setProperty('overflow-anchor', 'none');
    return () => {
      style.removeProperty('overflow-anchor');
    };
  }, [isLive, isFollowing]);

  useEffect(() => {
    if (isFollowing) setReadCount(count);
  }, [isFollowing, count]);

  // The content of the first render is where the reader begins, not something that has just been added.
  const isFirst = useRef(true);
  // What ends a run is added by the render that stops it from being live.
  const wasLive = useRef(isLive);
  useLayoutEffect(() => {
    if (isFirst.current) isFirst.current = false;
    else if (wasLive.current && follows.current) {
      // The reader may have moved before the browser says so: his move is not undone.
      if (window.scrollY < lastScrollY.current && hiddenPx() > 0) follow(false);
      else showEnd();
    }
    wasLive.current = isLive;
  }, [isLive, isFollowing, version, follow, hiddenPx, showEnd]);

  const resume = (): void => {
    follow(true);
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
