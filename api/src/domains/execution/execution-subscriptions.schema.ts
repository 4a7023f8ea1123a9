import { builder } from '../../graphql/builder.ts';
import { ExecutionFilterRef, ExecutionRef, localFilter } from './execution.schema.ts';
import { watchChanges } from './execution.watch.ts';
import { getExecution } from './execution.service.ts';

builder.subscriptionField('executionChanged', (t) =>
  t.prismaField({
    type: ExecutionRef,
    access: { action: 'read', noun: 'TaskExecution' },
    description:
      'First the newest executions that match now, at most 20 and oldest first; then each that matches, whenever its status changes.',
    args: { filter: t.arg({ type: ExecutionFilterRef, description: 'Only some.' }) },
    subscribe: (_root, args, ctx) => watchChanges(ctx, { filter: localFilter(args.filter) }),
    resolve: (query, change, _args, ctx) =>
      getExecution(ctx, { query, executionId: (change as { executionId: string }).executionId }),
  }),
);
