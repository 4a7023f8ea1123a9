import { useState } from 'react';
import { useApprovalsLiveChangedSubscription, type ApprovalRowApprovalFragment } from '#app/gql/approvals.ts';

/**
 * Counts the calls that have come to wait and are not in the list: they are announced and not inserted, so that no row
 * moves under the pointer.
 */
export function useNewApprovals(shown: readonly ApprovalRowApprovalFragment[]): number {
  const [waiting, setWaiting] = useState<ReadonlySet<string>>(new Set());
  const newest = shown[0]?.createdAt ?? '';
  useApprovalsLiveChangedSubscription({
    ignoreResults: true,
    onData: ({ data }) => {
      const changed = data.data?.approvalsChanged;
      if (!changed) return;
      setWaiting((before) => {
        const after = new Set(before);
        if (changed.status === 'PENDING' && (changed.createdAt ?? '') > newest) after.add(changed.id);
        else after.delete(changed.id);
        return after;
      });
    },
  });
  return shown.reduce((count, { id }) => count - (waiting.has(id) ? 1 : 0), waiting.size);
}
