import { useApolloClient } from '@apollo/client/react';
import { useEffect, useRef } from 'react';
import { HomePageQueryDocument, useHomePageChangedSubscription, type HomePageQuery } from '#app/gql/home.ts';
import { nodesOf } from '#app/lib/paging.ts';

/** Many runs may start at once; one query then shows them all. */
const SETTLE_MS = 400;

const knows = (data: HomePageQuery | null, id: string): boolean =>
  [...nodesOf(data?.running), ...nodesOf(data?.recent)].some((execution) => execution.id === id);

/** Rows follow their runs through the cache. A run that is in no list yet makes the lists be asked again. */
export function useHomeUpdates(): void {
  const client = useApolloClient();
  const timer = useRef<ReturnType<typeof setTimeout>>();
  useHomePageChangedSubscription({
    ignoreResults: true,
    onData: ({ data }) => {
      const changed = data.data?.executionChanged;
      if (
        !changed ||
        changed.isFinished ||
        knows(client.readQuery({ query: HomePageQueryDocument }), changed.id)
      )
        return;
      clearTimeout(timer.current);
      timer.current = setTimeout(
        () => void client.refetchQueries({ include: [HomePageQueryDocument] }),
        SETTLE_MS,
      );
    },
  });
  useEffect(() => () => clearTimeout(timer.current), []);
}
