import { builder } from '../../graphql/builder.ts';
import { localId } from '../../graphql/ids.ts';
import { ExecutionEventRef } from './execution-event.schema.ts';
import { ExecutionFilterRef, ExecutionRef, localFilter } from './execution.schema.ts';
import { watchChanges, watchExecution } from './execution.watch.ts';
import { getExecution } from './execution.service.ts';

builder.subscriptionField('executionEvents', (t) =>
  t.field({
    type: ExecutionEventRef,
    access: { action: 'read', noun: 'TaskExecution' },
    description:
      'The log of a run: every event with `seq` greater than `after`, in order and each once, then live. Completes after the terminal StatusChanged. After a disconnect subscribe again with the last `seq` you saw.',
    args: {
      executionId: t.arg.id({ required: true, description: 'The run.' }),
      after: t.arg.int({
        defaultValue: 0,
        description: 'The last `seq` you have seen; 0 for the whole log.',
      }),
    },
    subscribe: (_root, args, ctx) =>
      watchExecution(ctx, {
        executionId: localId('TaskExecution', args.executionId, 'executionId'),
        after: args.after ?? 0,
      }),
    resolve: (event) => event,
  }),
);

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
