import type { ExecutionStatus, TaskExecutionFilter } from '#app/gql/executions.ts';
import { UNFINISHED } from './execution-status.ts';

/** Named groups of statuses, as they stand in the URL. */
export const STATUS_GROUPS: Record<string, { label: string; statuses: ExecutionStatus[] }> = {
  active: { label: 'Active', statuses: UNFINISHED },
  approval: { label: 'Needs a person', statuses: ['WAITING_APPROVAL', 'WAITING_INPUT'] },
  completed: { label: 'Completed', statuses: ['COMPLETED'] },
  failed: { label: 'Failed', statuses: ['FAILED'] },
  cancelled: { label: 'Cancelled', statuses: ['CANCELLED', 'SKIPPED'] },
};

export interface ExecutionsFilter {
  status: string | null;
  search: string | null;
}

export function readExecutionsFilter(search: URLSearchParams): ExecutionsFilter {
  const status = search.get('status');
  return {
    status: status && status in STATUS_GROUPS ? status : null,
    search: search.get('q')?.trim() || null,
  };
}

export function toApiFilter({ status, search }: ExecutionsFilter): TaskExecutionFilter | undefined {
  const group = status ? STATUS_GROUPS[status] : undefined;
  if (!group && !search) return undefined;
  return {
    ...(group && { status: { in: group.statuses } }),
    ...(search && { prompt: { contains: search } }),
  };
}
