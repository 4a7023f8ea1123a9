import { z } from 'zod';
import { builder } from '../../graphql/builder.ts';
import { localId } from '../../graphql/ids.ts';
import { defineList } from '../../graphql/listing.ts';
import { viewerCan } from '../../graphql/viewer-can.ts';
import { AgentRef } from '../agent/agent.schema.ts';
import { UserRef } from '../user/user.schema.ts';
import { type TaskVariable, taskVariable } from './prompt-template.ts';
import {
  TaskModeRef,
  TaskPriorityRef,
  TaskStatusRef,
  TaskVariableTypeRef,
  UnansweredPolicyRef,
  UnknownOutcomePolicyRef,
} from './task.enums.ts';
import { taskListing } from './task.list.ts';
import { STATUS_FACTS, statusOf } from './task.status.ts';

const TaskVariableRef = builder.objectRef<TaskVariable>('TaskVariable').implement({
  access: 'carried',
  description: 'A variable of a prompt, where it stands as `{{name}}`.',
  fields: (t) => ({
    name: t.exposeString('name', { nullable: false, description: 'Its name, unique in the task.' }),
    type: t.field({
      type: TaskVariableTypeRef,
      nullable: false,
      description: 'What it takes.',
      resolve: ({ type }) => type,
    }),
    isRequired: t.exposeBoolean('isRequired', {
      nullable: false,
      description: 'Whether a run needs a value, from the caller or by default.',
    }),
    default: t.exposeString('default', {
      nullable: true,
      description: 'The value when a run gives none; null for no default.',
    }),
  }),
});

export const TaskRef = builder.prismaNode('Task', {
  id: { field: 'id', description: 'Global id, by which `node(id:)` finds it again.' },
  access: { noun: 'Task' },
  description: 'A unit of work: a prompt for an agent, with how and when it runs. For VIEWER and above.',
  select: { id: true, organizationId: true },
  fields: (t) => ({
    title: t.exposeString('title', { description: 'Its title, by which people find it.' }),
    prompt: t.exposeString('prompt', {
      description: 'What the agent is told; `{{name}}` stands for a variable.',
    }),
    variables: t.field({
      type: [TaskVariableRef],
      description: 'The variables of the prompt.',
      select: { variables: true },
      resolve: ({ variables }) => z.array(taskVariable).parse(variables),
    }),
    agent: t.relation('agent', {
      type: AgentRef,
      nullable: true,
      description: 'The agent that runs it; null when that was deleted, then it cannot run.',
    }),
    mode: t.expose('mode', {
      type: TaskModeRef,
      description: 'Whether it runs when asked, once at an instant, or again and again.',
    }),
    status: t.field({
      type: TaskStatusRef,
      description: 'Where its last run stands; PENDING before the first.',
      select: STATUS_FACTS,
      resolve: statusOf,
    }),
    priority: t.expose('priority', {
      type: TaskPriorityRef,
      description: 'Which of the waiting runs a worker takes first.',
    }),
    scheduledAt: t.expose('scheduledAt', {
      type: 'DateTime',
      description: 'The instant of a SCHEDULED task; null for others.',
    }),
    cron: t.exposeString('cron', { description: 'When a RECURRING task fires; null for others.' }),
    timeZone: t.exposeString('timeZone', { description: 'Time zone of `cron`, by its IANA name.' }),
    onUnknownOutcome: t.expose('onUnknownOutcome', {
      type: UnknownOutcomePolicyRef,
      description: 'What happens when nobody can know whether a tool call took effect.',
    }),
    onUnanswered: t.expose('onUnanswered', {
      type: UnansweredPolicyRef,
      description: 'What becomes of an approval that nobody gives or refuses.',
    }),
    answerWithinMinutes: t.exposeInt('answerWithinMinutes', {
      description: 'How long people have to answer before that happens.',
    }),
    createdBy: t.relation('createdBy', {
      type: UserRef,
      nullable: true,
      description: 'Who created it; null when the member is gone.',
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
    updatedAt: t.expose('updatedAt', { type: 'DateTime', description: 'When it was last changed.' }),
    archivedAt: t.expose('archivedAt', {
      type: 'DateTime',
      description: 'When it was deleted and its history kept; null while it is in use.',
    }),
    viewerCan: t.field(viewerCan('Task')),
  }),
});

const TaskList = defineList(TaskRef, taskListing, { enums: { mode: TaskModeRef, status: TaskStatusRef } });
TaskList.toQuery('tasks', 'The tasks of the organization, newest first. For VIEWER and above.');

builder.queryField('task', (t) =>
  t.prismaField({
    type: TaskRef,
    nullable: true,
    access: { action: 'read', noun: 'Task' },
    description: 'One task; null with a NOT_FOUND error when there is none, or none for you.',
    args: { id: t.arg.id({ required: true, description: 'Global id of the task.' }) },
    resolve: (query, _root, { id }, ctx) => taskListing.get(ctx, { query, id: localId('Task', id, 'id') }),
  }),
);
