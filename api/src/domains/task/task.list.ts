import type { TaskMode } from '../../generated/prisma/enums.ts';
import { includeArchived, oneOf, oneOfDerived, reference, text } from '../list-filters.ts';
import { by, defineListing } from '../listing.ts';
import { taskPolicy } from './task.policy.ts';
import { type TaskStatus, whereStatus } from './task.status.ts';

export const taskListing = defineListing({
  policy: taskPolicy,
  thing: 'task',
  things: 'tasks',
  filters: {
    title: text('title', 'Conditions on the title of the task.'),
    mode: oneOf<TaskMode>('mode', 'By when they run.'),
    status: oneOfDerived<TaskStatus>('status', 'By where they stand.', whereStatus),
    agentId: reference('Agent', 'agent', 'Those that this agent runs.'),
    includeArchived,
  },
  orders: {
    CREATED_AT: by('createdAt', 'instant', 'When it was created.'),
    TITLE: by('title', 'text', 'By the title of the task, in the order of the alphabet.'),
  },
  usually: { field: 'CREATED_AT', direction: 'DESC' },
});
