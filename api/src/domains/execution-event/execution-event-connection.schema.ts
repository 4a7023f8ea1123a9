import { builder } from '../../graphql/builder.ts';
import { defineConnection } from '../../graphql/connections.ts';
import { ExecutionEventRef } from './execution-event-type.schema.ts';
import { ExecutionRef } from '../execution/execution.schema.ts';
import { pageEvents } from './execution-event.service.ts';

builder.prismaObjectField(ExecutionRef, 'events', (t) =>
  t.connection(
    {
      type: ExecutionEventRef,
      nullable: true,
      description:
        'The log, oldest first: the same events that `executionEvents` streams. `last: n` gives the newest n.',
      // The rows are those of a run that the viewer has been given: the log needs no condition of its own.
      extensions: { listing: 'ExecutionEvent' },
      select: { id: true, lastSeq: true },
      resolve: ({ id, lastSeq }, args, ctx) => pageEvents(ctx, { executionId: id, lastSeq, ...args }),
    },
    defineConnection(ExecutionEventRef, 'ExecutionEvent', 'events'),
  ),
);
