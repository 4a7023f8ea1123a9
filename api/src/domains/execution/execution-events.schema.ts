import { builder } from '../../graphql/builder.ts';
import { defineConnection } from '../../graphql/connections.ts';
import { localId } from '../../graphql/ids.ts';
import { ResumablePages } from '../../graphql/resumable.ts';
import { ExecutionEventRef } from '../execution-event/execution-event-type.schema.ts';
import type { StoredEvent } from '../run-events.ts';
import { ExecutionRef } from './execution.schema.ts';
import { pageEvents } from './execution-events.service.ts';
import { watchExecution } from './execution-events.watch.ts';

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

builder.subscriptionField('executionEvents', (t) =>
  t.field({
    type: ExecutionEventRef,
    access: { action: 'read', noun: 'TaskExecution' },
    description:
      'The log of a run: every event with `seq` greater than `after`, in order and each once, then live. Completes after the terminal StatusChanged. After a disconnect subscribe again with the last `seq` you saw.',
    args: {
      executionId: t.arg.id({ required: true, description: 'Global id of the run to watch.' }),
      after: t.arg.int({
        defaultValue: 0,
        description: 'The last `seq` you have seen; 0 for the whole log.',
      }),
    },
    subscribe: async (_root, args, ctx) =>
      new ResumablePages(
        await watchExecution(ctx, {
          executionId: localId('TaskExecution', args.executionId, 'executionId'),
          after: ctx.position.lastEventId === null ? (args.after ?? 0) : seqOf(ctx.position.lastEventId),
        }),
        seqText,
      ),
    extensions: { sendsEvents: true },
    resolve: (event) => event,
  }),
);

const seqText = ({ seq }: StoredEvent): string => String(seq);

/** The tail refuses what is no number. */
const seqOf = (eventId: string): number => (/^\d{1,9}$/.test(eventId) ? Number(eventId) : NaN);
