import { builder } from '../../graphql/builder.ts';
import { resultOf } from '../../graphql/errors.ts';
import { localId, optionalLocalId } from '../../graphql/ids.ts';
import { defineGonePayload, defineIdMutation, definePayload } from '../../graphql/payload.ts';
import { ConflictError, NotFoundError, ValidationError } from '../../platform/errors.ts';
import {
  TaskModeRef,
  TaskPriorityRef,
  TaskVariableTypeRef,
  UnansweredPolicyRef,
  UnknownOutcomePolicyRef,
} from './task.enums.ts';
import { taskListing } from './task.list.ts';
import { TaskRef } from './task.schema.ts';
import { createTask, deleteTask, updateTask } from './task.service.ts';

const taskPayload = definePayload({
  field: 'task',
  type: TaskRef,
  description: 'The task as it is now.',
  get: taskListing.get,
  key: 'id',
});

const taskLocalId = (id: string) => localId('Task', id, 'input', 'taskId');
const agentLocalId = <T extends string | null | undefined>(id: T) =>
  optionalLocalId('Agent', id, 'input', 'agentId');

const TaskVariableInput = builder.inputType('TaskVariableInput', {
  description: 'A variable of a prompt, where it stands as `{{name}}`.',
  fields: (t) => ({
    name: t.string({
      required: true,
      description: 'Its name: a letter, then letters, digits and _, at most 50 characters.',
    }),
    type: t.field({ type: TaskVariableTypeRef, description: 'What it takes; TEXT when left out.' }),
    isRequired: t.boolean({ description: 'Whether a run needs a value; true when left out.' }),
    default: t.string({ description: 'The value when a run gives none; must suit the type.' }),
  }),
});

const DESCRIBED = {
  prompt: 'What the agent is told, at most 100000 characters; `{{name}}` stands for a variable.',
  variables: 'The variables of the prompt, at most 50.',
  scheduledAt: 'The instant of a SCHEDULED task. Not available in this version.',
  cron: 'When a RECURRING task fires. Not available in this version.',
  timeZone: 'Time zone of `cron` by its IANA name, such as Europe/Paris',
  priority: 'Which of the waiting runs a worker takes first',
  onUnknownOutcome: 'What happens when nobody can know whether a tool call took effect',
  onUnanswered: 'What becomes of an approval that nobody gives or refuses',
  answerWithinMinutes: 'How many minutes people have to answer, from 1 to 43200',
};

const TaskCreateInput = builder.inputType('TaskCreateInput', {
  description: 'A new task, which waits until somebody runs it.',
  fields: (t) => ({
    title: t.string({
      required: true,
      description: 'Its title, by which people find it; at most 200 characters.',
    }),
    prompt: t.string({ required: true, description: DESCRIBED.prompt }),
    agentId: t.id({ required: true, description: 'The agent that runs it.' }),
    variables: t.field({ type: [TaskVariableInput], description: DESCRIBED.variables }),
    mode: t.field({
      type: TaskModeRef,
      description: 'When it runs; IMMEDIATE when left out, and the only one in this version.',
    }),
    scheduledAt: t.field({ type: 'DateTime', description: DESCRIBED.scheduledAt }),
    cron: t.string({ description: DESCRIBED.cron }),
    timeZone: t.string({ description: `${DESCRIBED.timeZone}; UTC when left out.` }),
    priority: t.field({ type: TaskPriorityRef, description: `${DESCRIBED.priority}; MEDIUM when left out.` }),
    onUnknownOutcome: t.field({
      type: UnknownOutcomePolicyRef,
      description: `${DESCRIBED.onUnknownOutcome}; FAIL when left out.`,
    }),
    onUnanswered: t.field({
      type: UnansweredPolicyRef,
      description: `${DESCRIBED.onUnanswered}; DENY when left out.`,
    }),
    answerWithinMinutes: t.int({
      description: `${DESCRIBED.answerWithinMinutes}; 1440, a day, when left out.`,
    }),
  }),
});

builder.mutationField('taskCreate', (t) =>
  t.field({
    type: taskPayload('TaskCreate', 'The new task.'),
    access: { action: 'create', noun: 'Task' },
    description: 'Saves a task, to be run with `taskRun`. For OPERATOR and above.',
    errors: resultOf('taskCreate', ValidationError, NotFoundError, ConflictError),
    args: {
      input: t.arg({ type: TaskCreateInput, required: true, description: 'What the new task is to be.' }),
    },
    resolve: (_root, { input }, ctx) => createTask(ctx, { ...input, agentId: agentLocalId(input.agentId) }),
  }),
);

const TaskUpdateInput = builder.inputType('TaskUpdateInput', {
  description: 'Changes of a task: what is left out stays, null clears.',
  fields: (t) => ({
    taskId: t.id({ required: true, description: 'Global id of the task to change.' }),
    title: t.string({ description: 'Its title, by which people find it; at most 200 characters.' }),
    prompt: t.string({ description: DESCRIBED.prompt }),
    agentId: t.id({ description: 'The agent that runs it; cannot be cleared.' }),
    variables: t.field({ type: [TaskVariableInput], description: DESCRIBED.variables }),
    scheduledAt: t.field({ type: 'DateTime', description: DESCRIBED.scheduledAt }),
    cron: t.string({ description: DESCRIBED.cron }),
    timeZone: t.string({ description: `${DESCRIBED.timeZone}.` }),
    priority: t.field({ type: TaskPriorityRef, description: `${DESCRIBED.priority}.` }),
    onUnknownOutcome: t.field({
      type: UnknownOutcomePolicyRef,
      description: `${DESCRIBED.onUnknownOutcome}.`,
    }),
    onUnanswered: t.field({ type: UnansweredPolicyRef, description: `${DESCRIBED.onUnanswered}.` }),
    answerWithinMinutes: t.int({ description: `${DESCRIBED.answerWithinMinutes}.` }),
  }),
});

builder.mutationField('taskUpdate', (t) =>
  t.field({
    type: taskPayload('TaskUpdate', 'The changed task.'),
    access: { action: 'update', noun: 'Task' },
    description:
      'Changes a task; runs that were accepted keep what they were accepted with. For OPERATOR and above.',
    errors: resultOf('taskUpdate', ValidationError, NotFoundError, ConflictError),
    args: {
      input: t.arg({
        type: TaskUpdateInput,
        required: true,
        description: 'The task, and what changes of it.',
      }),
    },
    resolve: (_root, { input: { taskId, ...input } }, ctx) =>
      updateTask(ctx, { id: taskLocalId(taskId), input: { ...input, agentId: agentLocalId(input.agentId) } }),
  }),
);

const TaskDeletePayload = defineGonePayload('TaskDelete', {
  noun: 'Task',
  field: 'deletedTaskId',
  description: 'The task that is gone, or archived.',
  id: 'Its id; an archived task can still be read by it.',
});

defineIdMutation('taskDelete', {
  type: TaskDeletePayload,
  noun: 'Task',
  action: 'delete',
  argument: 'taskId',
  which: 'the task to delete or archive',
  description:
    'Deletes a task, or archives it when it has run. Refused while it runs. For MANAGER and above.',
  errors: [ValidationError, NotFoundError, ConflictError],
  change: deleteTask,
});
