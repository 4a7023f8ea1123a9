import type { ApprovalStatus } from '../../generated/prisma/enums.ts';
import type { Prisma } from '../../platform/database.ts';
import type { ServiceContext } from '../context.ts';
import { between, oneOf, reference } from '../list-filters.ts';
import { by, defineListing, type FilterOf } from '../listing.ts';
import { approvalPolicy } from './approval.policy.ts';

export const approvalListing = defineListing({
  policy: approvalPolicy,
  thing: 'approval',
  things: 'approvals',
  filters: {
    status: oneOf<ApprovalStatus>('status', 'By how they stand; those that wait are PENDING.'),
    agentId: reference('Agent', 'agent', 'Those that this agent has asked for.'),
    executionId: reference('TaskExecution', 'execution', 'Those of this run.'),
    createdAt: between('createdAt', 'By when they were asked for.'),
  },
  orders: { CREATED_AT: by('createdAt', 'instant', 'When it was asked for.') },
  usually: { field: 'CREATED_AT', direction: 'DESC' },
});

export type ApprovalFilter = FilterOf<typeof approvalListing.filters>;

/** Approvals that match the filter and that the viewer may see. */
export const approvalWhere = (
  ctx: Pick<ServiceContext, 'ability'>,
  filter: ApprovalFilter | null | undefined,
): Prisma.ApprovalWhereInput => approvalListing.where(ctx, filter);
