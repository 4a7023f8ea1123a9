import { useEffect, useRef } from 'react';
import { useHomePageChangedSubscription, type HomePageQuery } from '#app/gql/home.ts';
import { nodesOf } from '#app/lib/paging.ts';

/** Many runs may start at once; one query then shows them all. */
const SETTLE_MS = 400;

const knows = (data: HomePageQuery | undefined, id: string): boolean =>
  [...nodesOf(data?.running), ...nodesOf(data?.recent)].some((execution) => execution.id === id);

/** Rows follow their runs through the cache. A run that is in no list yet makes the lists be asked again. */
export function useHomeUpdates(data: HomePageQuery | undefined, refetch: () => Promise<unknown>): void {
  const timer = useRef<ReturnType<typeof setTimeout>>();
  useHomePageChangedSubscription({
    ignoreResults: true,
    onData: ({ data: event }) => {
      const changed = event.data?.executionChanged;
      if (!changed || changed.isFinished || knows(data, changed.id)) return;
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void refetch(), SETTLE_MS);
    },
  });
  useEffect(() => () => clearTimeout(timer.current), []);
}
