import type { StatusLook } from '#app/components/ui/status.tsx';
import type { ApprovalScope, ApprovalStatus } from '#app/gql/approvals.ts';

const LOOKS: Record<ApprovalStatus, StatusLook> = {
  PENDING: { label: 'Waits', tone: 'warning', icon: 'hand' },
  APPROVED: { label: 'Approved', tone: 'success', icon: 'check' },
  REJECTED: { label: 'Rejected', tone: 'danger', icon: 'cross' },
  EXPIRED: { label: 'Not answered', tone: 'neutral', icon: 'clock' },
  CANCELLED: { label: 'Withdrawn', tone: 'neutral', icon: 'stop' },
};
const UNKNOWN: StatusLook = { label: 'Unknown', tone: 'neutral', icon: 'info' };

export const approvalStatusLook = (status: ApprovalStatus | null | undefined): StatusLook =>
  status ? LOOKS[status] : UNKNOWN;

export const APPROVAL_SCOPES: Record<ApprovalScope, string> = {
  ONCE: 'This call only',
  RUN: 'Every call of this tool in this run',
  PERMISSION: 'Always: the agent may use this tool without asking',
};

/** Named groups of statuses, as they stand in the URL; null is the inbox. */
export const STATUS_GROUPS: Record<string, { label: string; statuses: ApprovalStatus[] }> = {
  approved: { label: 'Approved', statuses: ['APPROVED'] },
  refused: { label: 'Refused', statuses: ['REJECTED', 'EXPIRED', 'CANCELLED'] },
};

export function readStatuses(search: URLSearchParams): ApprovalStatus[] {
  const group = STATUS_GROUPS[search.get('status') ?? ''];
  return group ? group.statuses : ['PENDING'];
}
