import { builder } from '../../graphql/builder.ts';
import { resumable } from '../../graphql/resumable.ts';
import { ExecutionFilterRef, ExecutionRef, localFilter } from './execution.schema.ts';
import { positionOf } from './execution.position.ts';
import { getExecution } from './execution.service.ts';
import { type Change, watchChanges } from './execution.watch.ts';

builder.subscriptionField('executionChanged', (t) =>
  t.prismaField({
    type: ExecutionRef,
    access: { action: 'read', noun: 'TaskExecution' },
    description:
      'Each execution that matches, in its present state, whenever it was accepted or its status has changed; each change at least once, in order. Without `after` the newest that match now come first, at most 20 and oldest first.',
    args: {
      filter: t.arg({
        type: ExecutionFilterRef,
        description: 'Which runs to watch; all that you may see when left out.',
      }),
      after: t.arg.string({
        description: 'The `changeCursor` of the last execution that was delivered; null to begin anew.',
      }),
    },
    subscribe: (_root, args, ctx) => {
      const after = ctx.position.lastEventId ?? args.after;
      const changes = watchChanges(ctx, {
        filter: localFilter(args.filter),
        after: after == null ? null : positionOf(after),
      });
      return resumable(ctx.position, changes, ({ cursor }) => cursor);
    },
    resolve: async (query, change, _args, ctx) => {
      const { executionId, cursor } = change as Change;
      return Object.assign(await getExecution(ctx, { query, executionId }), { changeCursor: cursor });
    },
  }),
);
