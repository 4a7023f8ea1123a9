import { builder } from '../../graphql/builder.ts';
import { approvalListing } from './approval.list.ts';
import { ApprovalFilterRef, ApprovalRef, localFilter } from './approval.schema.ts';
import { watchApprovals } from './approval.watch.ts';

builder.subscriptionField('approvalsChanged', (t) =>
  t.prismaField({
    type: ApprovalRef,
    access: { action: 'read', noun: 'Approval' },
    description:
      'First each approval that waits and matches, oldest first, at most 200; then each that comes to wait, is put before MANAGER and above, or is decided, in its present state. For VIEWER and above.',
    args: {
      filter: t.arg({
        type: ApprovalFilterRef,
        description: 'Which to watch while they wait; all that you may see when left out.',
      }),
    },
    subscribe: (_root, { filter }, ctx) => watchApprovals(ctx, localFilter(filter) ?? null),
    resolve: (query, id, _args, ctx) => approvalListing.get(ctx, { query, id: id as string }),
  }),
);
