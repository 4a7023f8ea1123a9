import { builder } from '../../graphql/builder.ts';
import { globalId } from '../../graphql/ids.ts';
import { ExecutionStatusRef, FailureReasonRef, LogLevelRef, TodoStatusRef } from './execution-event.enums.ts';
import type { Todo } from '../run-events.ts';
import { eventRef, eventType } from './execution-event-type.schema.ts';

const TodoRef = builder.objectRef<Todo>('Todo').implement({
  access: 'carried',
  description: "An item of an agent's plan.",
  fields: (t) => ({
    id: t.exposeString('id', { nullable: false, description: 'Stays the same over the run.' }),
    title: t.exposeString('title', { nullable: false, description: 'What is to be done.' }),
    status: t.field({
      type: TodoStatusRef,
      nullable: false,
      description: 'Whether it is to do, being done or done.',
      resolve: (todo) => todo.status,
    }),
  }),
});

/** Where the run stands. */
export const runEvents = {
  STATUS_CHANGED: eventRef('STATUS_CHANGED').implement({
    ...eventType(
      'STATUS_CHANGED',
      'The run has moved on. With a terminal status it is the last event of the log.',
    ),
    fields: (t) => ({
      status: t.field({
        type: ExecutionStatusRef,
        description: 'The status that the run has now.',
        resolve: ({ payload }) => payload.status,
      }),
      failureReason: t.field({
        nullable: true,
        type: FailureReasonRef,
        description: 'Why it failed; null unless FAILED.',
        resolve: ({ payload }) => payload.failureReason,
      }),
      message: t.string({
        nullable: true,
        description: 'What happened and what to do; null when there is nothing to say.',
        resolve: ({ payload }) => payload.message,
      }),
    }),
  }),
  TODOS_UPDATED: eventRef('TODOS_UPDATED').implement({
    ...eventType('TODOS_UPDATED', 'The whole plan of the agent, as it stands now.'),
    fields: (t) => ({
      todos: t.field({
        type: [TodoRef],
        description: 'Every todo, in order.',
        resolve: ({ payload }) => payload.todos,
      }),
    }),
  }),
  CHILD_EXECUTION_STARTED: eventRef('CHILD_EXECUTION_STARTED').implement({
    ...eventType('CHILD_EXECUTION_STARTED', 'The agent has delegated work to another one.'),
    fields: (t) => ({
      childExecutionId: t.id({
        description: 'The run of the other agent.',
        resolve: ({ payload }) => globalId('TaskExecution', payload.childExecutionId),
      }),
    }),
  }),
  LOG_WRITTEN: eventRef('LOG_WRITTEN').implement({
    ...eventType('LOG_WRITTEN', 'A remark on the run: of the studio, or of the server of a tool.'),
    fields: (t) => ({
      level: t.field({
        type: LogLevelRef,
        description: 'How much it matters.',
        resolve: ({ payload }) => payload.level,
      }),
      message: t.string({
        nullable: true,
        description:
          'The remark; never null, but typed like the message of StatusChanged, so that one document can select both.',
        resolve: ({ payload }) => payload.message,
      }),
      serverName: t.string({
        nullable: true,
        description: 'The server whose tool wrote it; null for a remark of the studio.',
        resolve: ({ payload }) => payload.serverName,
      }),
    }),
  }),
};
