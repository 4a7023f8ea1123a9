import { useEffect, useState } from 'react';
import {
  useExecutionsLiveChangedSubscription,
  type ExecutionRowExecutionFragment,
  type TaskExecutionFilter,
} from '#app/gql/executions.ts';

/**
 * Keeps the rows of a list up to date (the cache does that by id), and counts executions that are newer than the
 * list: they are announced and not inserted, so that no row moves under the pointer.
 */
export function useNewExecutions(
  filter: TaskExecutionFilter | undefined,
  shown: readonly ExecutionRowExecutionFragment[],
): number {
  const [newIds, setNewIds] = useState<ReadonlySet<string>>(new Set());
  const newest = shown[0]?.createdAt ?? '';
  useExecutionsLiveChangedSubscription({
    variables: { filter },
    ignoreResults: true,
    onData: ({ data }) => {
      const changed = data.data?.executionChanged;
      if (changed?.createdAt && changed.createdAt > newest) setNewIds((ids) => new Set(ids).add(changed.id));
    },
  });
  useEffect(() => setNewIds(new Set()), [newest]);
  return newIds.size;
}
