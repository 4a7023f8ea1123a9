import { globalId } from '../../graphql/ids.ts';
import type { ExecutionEventType } from '../../generated/prisma/enums.ts';
import { modelEvents } from './execution-event-model.schema.ts';
import { personEvents } from './execution-event-person.schema.ts';
import { runEvents } from './execution-event-run.schema.ts';
import { toolEvents } from './execution-event-tool.schema.ts';
import { type EventRef, ExecutionEventRef } from './execution-event-type.schema.ts';

/** A type of event without its type in the schema does not compile. */
const EVENT_TYPES = { ...runEvents, ...modelEvents, ...toolEvents, ...personEvents } satisfies {
  [T in ExecutionEventType]: EventRef<T>;
};

ExecutionEventRef.implement({
  description:
    'One numbered entry of the append-only log of a run. `seq` starts at 1 and has no gaps; resume with `after: <last seq you saw>`.',
  resolveType: ({ type }) => EVENT_TYPES[type],
  fields: (t) => ({
    id: t.id({
      nullable: false,
      description:
        'Unique over all executions; the same event has the same id however often it is delivered.',
      resolve: (event) => globalId('ExecutionEvent', `${event.executionId}:${event.seq}`),
    }),
    executionId: t.id({
      nullable: false,
      description: 'Global id of the run that it belongs to.',
      resolve: (event) => globalId('TaskExecution', event.executionId),
    }),
    seq: t.exposeInt('seq', { nullable: false, description: 'Its number in the log of its run.' }),
    occurredAt: t.expose('occurredAt', {
      type: 'DateTime',
      nullable: false,
      description: 'When it happened, by the clock of the worker.',
    }),
  }),
});
