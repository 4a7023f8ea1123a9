import type { ExecutionKind, ExecutionStatus } from '../../generated/prisma/enums.ts';
import type { Prisma } from '../../platform/database.ts';
import type { ServiceContext } from '../context.ts';
import { between, oneOf, reference, textOfHistory } from '../list-filters.ts';
import { by, defineListing, type FilterOf } from '../listing.ts';
import { executionPolicy } from './execution.policy.ts';

export const executionListing = defineListing({
  policy: executionPolicy,
  thing: 'execution',
  things: 'executions',
  filters: {
    status: oneOf<ExecutionStatus>('status', 'By where they stand.'),
    kind: oneOf<ExecutionKind>('kind', 'By what caused them.'),
    agentId: reference('Agent', 'agent', 'Those of this agent.'),
    taskId: reference('Task', 'task', 'Those of this task. For VIEWER and above.'),
    serverId: reference('ServerConfiguration', 'server', 'Those on this server. For VIEWER and above.'),
    createdAt: between('createdAt', 'By the time of acceptance.'),
    prompt: textOfHistory(
      'prompt',
      'By what the agent was told: the first 1,000 characters of it. What it contains or starts with has at least three letters or digits in a row.',
      'searchText',
    ),
  },
  orders: { CREATED_AT: by('createdAt', 'instant', 'When it was accepted.') },
  usually: { field: 'CREATED_AT', direction: 'DESC' },
});

export type ExecutionFilter = FilterOf<typeof executionListing.filters>;

/** Executions that match the filter and that the viewer may see. */
export const executionWhere = (
  ctx: Pick<ServiceContext, 'ability'>,
  filter: ExecutionFilter | null | undefined,
): Prisma.TaskExecutionWhereInput => executionListing.where(ctx, filter);
