import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** Close enough to the end to count as reading the newest. */
const AT_END_PX = 48;

const distanceToEnd = (): number =>
  document.documentElement.scrollHeight - window.innerHeight - window.scrollY;

export interface FollowTail {
  isFollowing: boolean;
  follow: () => void;
}

/**
 * Keeps the end of the page in view while content is added, until the reader scrolls up. `version` changes with the
 * content.
 */
export function useFollowTail(isLive: boolean, version: unknown): FollowTail {
  const [isFollowing, setIsFollowing] = useState(true);
  const lastScrollY = useRef(0);

  useEffect(() => {
    const onScroll = (): void => {
      const isUpward = window.scrollY < lastScrollY.current;
      lastScrollY.current = window.scrollY;
      if (distanceToEnd() <= AT_END_PX) setIsFollowing(true);
      else if (isUpward) setIsFollowing(false);
    };
    window.addEventListener('scroll', onScroll, { passive: true });
    return () => window.removeEventListener('scroll', onScroll);
  }, []);

  // The content of the first render is where the reader begins, not something that has just been added.
  const isFirst = useRef(true);
  useLayoutEffect(() => {
    if (isFirst.current) {
      isFirst.current = false;
      return;
    }
    if (isLive && isFollowing) window.scrollTo({ top: document.documentElement.scrollHeight });
  }, [isLive, isFollowing, version]);

  const follow = useCallback(() => {
    setIsFollowing(true);
    window.scrollTo({ top: document.documentElement.scrollHeight });
  }, []);

  return { isFollowing, follow };
}
